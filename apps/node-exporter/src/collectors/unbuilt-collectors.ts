import { boolFlag, goDurationFlag, intFlag, stringFlag, type Flag, type FlagShape } from "@ferula/flags";

/** A collector that upstream has on Linux and that is not built yet. */
export interface UnbuiltCollector {
  /** As in `--collector.<name>`. */
  readonly name: string;
  /** Whether upstream runs it without being asked. */
  readonly isEnabledByDefault: boolean;
  /** Upstream's flags of it, with upstream's defaults; another value is refused. */
  readonly flags: FlagShape;
}

/** In `--help` they would only be in the way of the flags that work. */
const unsupported = { help: "Not supported yet.", hidden: true, support: "refused" } as const;

const text = (defaultText = ""): Flag<string> => stringFlag({ ...unsupported, default: defaultText });
const list = (...defaultTexts: readonly string[]): Flag<readonly string[]> =>
  stringFlag({ ...unsupported, repeatable: true, default: defaultTexts });
const flagSwitch = (isOnByDefault = false): Flag<boolean> => boolFlag({ ...unsupported, default: isOnByDefault });
const int = (defaultCount: number): Flag<number> => intFlag({ ...unsupported, default: defaultCount });
const duration = (defaultMs: number): Flag<number> => goDurationFlag({ ...unsupported, default: defaultMs });

/** They are off, so that to switch one off changes nothing and to switch one on is refused. */
export function unbuiltFlags({ name, flags }: UnbuiltCollector): FlagShape {
  return { [`collector.${name}`]: flagSwitch(), ...flags };
}

/** Upstream's default of `--collector.netstat.fields`. */
const NETSTAT_FIELDS =
  "^(.*_(InErrors|InErrs)|Ip_Forwarding|Ip(6|Ext)_(InOctets|OutOctets)|Icmp6?_(InMsgs|OutMsgs)|" +
  "TcpExt_(Listen.*|Syncookies.*|TCPSynRetrans|TCPTimeouts|TCPOFOQueue|TCPRcvQDrop)|" +
  "Tcp_(ActiveOpens|InSegs|OutSegs|OutRsts|PassiveOpens|RetransSegs|CurrEstab)|" +
  "Udp6?_(InDatagrams|OutDatagrams|NoPorts|RcvbufErrors|SndbufErrors))$";

/** By name. Whoever builds one takes its row away. Source: the init functions of node_exporter 1.12's collector/*.go. */
export const unbuiltCollectors: readonly UnbuiltCollector[] = [
  enabled("arp", {
    "collector.arp.device-exclude": text(),
    "collector.arp.device-include": text(),
    "collector.arp.netlink": flagSwitch(true),
  }),
  enabled("bcache", { "collector.bcache.priorityStats": flagSwitch() }),
  enabled("bcachefs"),
  enabled("bonding"),
  enabled("btrfs"),
  disabled("buddyinfo"),
  disabled("cgroups"),
  enabled("conntrack"),
  disabled("cpu_vulnerabilities"),
  enabled("cpufreq"),
  enabled("dmi"),
  enabled("dmmultipath"),
  disabled("drbd"),
  disabled("drm"),
  enabled("edac"),
  enabled("entropy"),
  disabled("ethtool", {
    "collector.ethtool.device-exclude": text(),
    "collector.ethtool.device-include": text(),
    "collector.ethtool.metrics-include": text(".*"),
  }),
  enabled("fibrechannel"),
  enabled("filefd"),
  enabled("hwmon", {
    "collector.hwmon.chip-exclude": text(),
    "collector.hwmon.chip-include": text(),
    "collector.hwmon.sensor-exclude": text(),
    "collector.hwmon.sensor-include": text(),
  }),
  enabled("infiniband", { "collector.infiniband.device-exclude": text(), "collector.infiniband.device-include": text() }),
  disabled("interrupts", {
    "collector.interrupts.include-zeros": flagSwitch(true),
    "collector.interrupts.name-exclude": text(),
    "collector.interrupts.name-include": text(),
  }),
  enabled("ipvs", {
    "collector.ipvs.backend-labels": text("local_address,local_port,remote_address,remote_port,proto,local_mark"),
  }),
  enabled("kernel_hung"),
  disabled("ksmd"),
  disabled("lnstat"),
  disabled("logind"),
  enabled("mdadm"),
  disabled("meminfo_numa"),
  disabled("mountstats"),
  enabled("netclass", {
    "collector.netclass.ignore-invalid-speed": flagSwitch(),
    "collector.netclass.ignored-devices": text("^$"),
    "collector.netclass.netlink": flagSwitch(),
    "collector.netclass_rtnl.with-stats": flagSwitch(),
  }),
  enabled("netstat", { "collector.netstat.fields": text(NETSTAT_FIELDS) }),
  disabled("network_route"),
  enabled("nfs"),
  enabled("nfsd"),
  disabled("ntp", {
    "collector.ntp.ip-ttl": int(1),
    "collector.ntp.local-offset-tolerance": duration(1),
    "collector.ntp.max-distance": duration(3466.08),
    "collector.ntp.protocol-version": int(4),
    "collector.ntp.server": text("127.0.0.1"),
    "collector.ntp.server-is-local": flagSwitch(),
    "collector.ntp.server-port": int(123),
  }),
  enabled("nvme"),
  disabled("nvmesubsystem"),
  enabled("os"),
  disabled("pcidevice", { "collector.pcidevice.idsfile": text(), "collector.pcidevice.names": flagSwitch() }),
  disabled("perf", {
    "collector.perf.cache-profilers": list(),
    "collector.perf.cpus": text(),
    "collector.perf.disable-cache-profilers": flagSwitch(),
    "collector.perf.disable-hardware-profilers": flagSwitch(),
    "collector.perf.disable-software-profilers": flagSwitch(),
    "collector.perf.hardware-profilers": list(),
    "collector.perf.software-profilers": list(),
    "collector.perf.tracepoint": list(),
  }),
  enabled("powersupplyclass", { "collector.powersupply.ignored-supplies": text("^$") }),
  enabled("pressure"),
  disabled("processes"),
  disabled("qdisc", {
    "collector.qdisc.device-exclude": text(),
    "collector.qdisc.device-include": text(),
    "collector.qdisc.fixtures": text(),
    "collector.qdisk.device-exclude": text(),
    "collector.qdisk.device-include": text(),
  }),
  enabled("rapl", { "collector.rapl.enable-zone-label": flagSwitch() }),
  disabled("runit", { "collector.runit.servicedir": text("/etc/service") }),
  enabled("schedstat"),
  enabled("selinux"),
  disabled("slabinfo", { "collector.slabinfo.slabs-exclude": text(), "collector.slabinfo.slabs-include": text(".*") }),
  enabled("sockstat"),
  disabled("softirqs"),
  enabled("softnet"),
  disabled("supervisord", { "collector.supervisord.url": text("http://localhost:9001/RPC2") }),
  disabled("swap"),
  disabled("sysctl", { "collector.sysctl.include": list(), "collector.sysctl.include-info": list() }),
  disabled("systemd", {
    "collector.systemd.enable-restarts-metrics": flagSwitch(),
    "collector.systemd.enable-start-time-metrics": flagSwitch(),
    "collector.systemd.enable-task-metrics": flagSwitch(),
    "collector.systemd.private": flagSwitch(),
    "collector.systemd.unit-blacklist": text(),
    "collector.systemd.unit-exclude": text(".+\\.(automount|device|mount|scope|slice)"),
    "collector.systemd.unit-include": text(".+"),
    "collector.systemd.unit-whitelist": text(),
  }),
  enabled("tapestats", { "collector.tapestats.ignored-devices": text("^$") }),
  disabled("tcpstat"),
  enabled("textfile", { "collector.textfile.directory": list("") }),
  enabled("thermal_zone"),
  enabled("timex"),
  enabled("udp_queues"),
  enabled("vmstat", { "collector.vmstat.fields": text("^(oom_kill|pgpg|pswp|pg.*fault).*") }),
  enabled("watchdog"),
  disabled("wifi", { "collector.wifi.fixtures": text() }),
  disabled("xfrm"),
  enabled("xfs"),
  enabled("zfs"),
  disabled("zoneinfo"),
];

function enabled(name: string, flags: FlagShape = {}): UnbuiltCollector {
  return { name, isEnabledByDefault: true, flags };
}

function disabled(name: string, flags: FlagShape = {}): UnbuiltCollector {
  return { name, isEnabledByDefault: false, flags };
}
