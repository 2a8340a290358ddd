import { writeText } from "@ferula/exposition";
import { parseFlags } from "@ferula/flags";
import { noLogger } from "@ferula/logging";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { collectors } from "../../src/collectors/index.ts";
import { statisticsReader } from "../../src/collectors/netdev.ts";
import { collectorsEnabledUpstream, defineExporterFlags } from "../../src/flags.ts";
import { createPaths } from "../../src/paths.ts";
import { machineFiles, writeTree } from "../machine.ts";

afterEach(() => {
  jest.restoreAllMocks();
});

/** The samples of one collector on the small machine, without HELP and TYPE. */
async function collect(name: string, args: readonly string[] = [], changes: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const folder = writeTree({ ...machineFiles, ...changes });
  const flags = parseFlags(defineExporterFlags(collectors), args);
  if (flags.kind !== "run") throw new Error(flags.stderr);
  const definition = collectors.find((one) => one.name === name);
  const paths = createPaths({ procfs: `${folder}/proc`, sysfs: `${folder}/sys`, rootfs: folder, udevData: `${folder}/udev` });
  const collector = definition?.create({
    flags: flags.values as never,
    setByUser: flags.setByUser,
    enabledUpstream: collectorsEnabledUpstream(collectors, flags),
    paths,
    logger: noLogger,
  });
  const families = [...((await collector?.collect()) ?? [])];
  const text = Buffer.from(writeText(families)).toString("utf8");
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

describe("cpu", () => {
  test("times by mode, guests apart, and what the devices tell; hyper-threads share their core's throttles", async () => {
    const lines = await collect("cpu");
    expect(lines.filter((line) => line.includes("seconds_total") && line.includes('cpu="0"'))).toEqual([
      'node_cpu_guest_seconds_total{cpu="0",mode="nice"} 0.05',
      'node_cpu_guest_seconds_total{cpu="0",mode="user"} 0.1',
      'node_cpu_seconds_total{cpu="0",mode="idle"} 10',
      'node_cpu_seconds_total{cpu="0",mode="iowait"} 0',
      'node_cpu_seconds_total{cpu="0",mode="irq"} 0',
      'node_cpu_seconds_total{cpu="0",mode="nice"} 0',
      'node_cpu_seconds_total{cpu="0",mode="softirq"} 0',
      'node_cpu_seconds_total{cpu="0",mode="steal"} 0',
      'node_cpu_seconds_total{cpu="0",mode="system"} 0.5',
      'node_cpu_seconds_total{cpu="0",mode="user"} 1',
    ]);
    expect(lines.filter((line) => !line.includes("seconds_total"))).toEqual([
      'node_cpu_core_throttles_total{core="0",package="0"} 5',
      'node_cpu_isolated{cpu="1"} 1',
      'node_cpu_online{cpu="0"} 1',
      'node_cpu_online{cpu="1"} 0',
      'node_cpu_package_throttles_total{package="0"} 6',
    ]);
  });

  test("guests can be left out, and a filter of flags brings the properties", async () => {
    const lines = await collect("cpu", ["--no-collector.cpu.guest", "--collector.cpu.info.flags-include=^a.s$"]);
    expect(lines.filter((line) => /guest|info|frequency/.test(line))).toEqual([
      'node_cpu_flag_info{flag="aes"} 1',
      'node_cpu_frequency_hertz{core="0",cpu="0",package="0"} 8.005e+08',
      'node_cpu_info{cachesize="8 KB",core="0",cpu="0",family="6",microcode="0x3",model="1",model_name="M",package="0",stepping="2",vendor="V"} 1',
    ]);
  });

  test.each([
    { args: [], want: true, why: "beside cpufreq, which upstream runs by default" },
    { args: ["--no-collector.cpufreq"], want: false, why: "not without cpufreq" },
    { args: ["--collector.disable-defaults"], want: false, why: "not where only what is named runs" },
  ])("the frequency is told $why", async ({ args, want }) => {
    const lines = await collect("cpu", ["--collector.cpu", "--collector.cpu.info", ...args]);
    expect(lines.some((line) => line.startsWith("node_cpu_frequency_hertz"))).toBe(want);
    expect(lines.some((line) => line.startsWith("node_cpu_info"))).toBe(true);
  });
});

test("meminfo tells the known fields alone", async () => {
  expect(await collect("meminfo")).toEqual([
    "node_memory_Active_anon_bytes 3072",
    "node_memory_HugePages_Free 7",
    "node_memory_MemTotal_bytes 2048",
  ]);
});

test("loadavg", async () => {
  expect(await collect("loadavg")).toEqual(["node_load1 0.21", "node_load15 0.39", "node_load5 0.37"]);
});

describe("diskstats", () => {
  test("partitions are left out; columns that the kernel lacks are not made up", async () => {
    const lines = await collect("diskstats");
    expect(lines).toContain(
      'node_disk_info{device="sda",major="8",minor="0",model="Fast",path="",revision="",rotational="1",serial="short",wwn=""} 1',
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        'node_disk_ata_rotation_rate_rpm{device="sda"} 7200',
        'node_disk_filesystem_info{device="sda",type="ext4",usage="",uuid="",version=""} 1',
        'node_disk_io_now{device="sda"} 9',
        'node_disk_read_bytes_total{device="sda"} 1536',
        'node_disk_read_time_seconds_total{device="sda"} 0.004',
      ]),
    );
    expect(lines.filter((line) => /sda1|discard|flush|mapper/.test(line))).toEqual([]);
  });

  test("an include replaces the default exclude; a disk that udev does not know has empty properties", async () => {
    const lines = await collect("diskstats", ["--collector.diskstats.device-include=1$"]);
    expect(lines[0]).toBe(
      'node_disk_info{device="sda1",major="8",minor="1",model="",path="",revision="",rotational="0",serial="",wwn=""} 1',
    );
    expect(lines.filter((line) => line.includes('"sda"'))).toEqual([]);
  });
});

describe("filesystem", () => {
  test("a mount that cannot be asked tells only that, and types and places without interest are left out", async () => {
    const lines = await collect("filesystem");
    const names = lines.map((line) => line.slice(0, line.indexOf("{")));
    expect(names.filter((name) => name === "node_filesystem_size_bytes")).toHaveLength(1);
    expect(lines.filter((line) => line.includes("/gone"))).toEqual([
      'node_filesystem_device_error{device="/dev/sdb",device_error="no such file or directory",fstype="ext4",mountpoint="/gone"} 1',
      'node_filesystem_readonly{device="/dev/sdb",device_error="no such file or directory",fstype="ext4",mountpoint="/gone"} 1',
    ]);
    expect(lines).toContain('node_filesystem_mount_info{device="/dev/sda1",major="8",minor="1",mountpoint="/"} 1');
    expect(lines.filter((line) => line.includes("sysfs"))).toEqual([]);
    expect(lines.filter((line) => line.startsWith("node_filesystem_purgeable_bytes"))).toEqual([
      'node_filesystem_purgeable_bytes{device="/dev/sda1",device_error="",fstype="ext4",mountpoint="/"} 0',
    ]);
  });

  test("of mounts over one another one is told", async () => {
    const line = "1 0 8:1 / / rw - ext4 /dev/sda1 rw\n";
    const lines = await collect("filesystem", [], { "proc/1/mountinfo": line + line });
    expect(lines.filter((one) => one.startsWith("node_filesystem_size_bytes"))).toHaveLength(1);
  });
});

describe("netdev", () => {
  test("without netlink the file below --path.procfs is read, and has no nohandler", async () => {
    const lines = await collect("netdev", ["--no-collector.netdev.netlink", "--collector.netdev.label-ifalias"]);
    expect(lines).toHaveLength(16);
    expect(lines).toContain('node_network_receive_drop_total{device="lo",ifalias="inner"} 4');
    expect(lines).toContain('node_network_transmit_compressed_total{device="lo",ifalias="inner"} 16');
  });

  test("this machine's own devices have upstream's 17 statistics", async () => {
    const lines = await collect("netdev", ["--collector.netdev.device-include=^lo$"]);
    expect(lines.map((line) => line.slice(0, line.indexOf(" ")))).toContain('node_network_receive_nohandler_total{device="lo"}');
    expect(lines).toHaveLength(17);
  });

  test("detailed statistics come from their files; one that is not there is left out", () => {
    const folder = writeTree({
      dev: machineFiles["proc/net/dev"],
      "net/lo/statistics/rx_packets": "12\n",
      "net/lo/statistics/rx_nohandler": "3\n",
    });
    const read = statisticsReader({ netDevFile: `${folder}/dev`, devicesFolder: `${folder}/net`, isDetailed: true });
    const families = read(
      () => true,
      (device) => ["device", device],
    );
    expect(families.map(({ name, metrics }) => [name, metrics[0].value])).toEqual([
      ["node_network_receive_packets_total", 12],
      ["node_network_receive_nohandler_total", 3],
    ]);
  });
});

test("stat; softirqs only when asked for", async () => {
  const plain = [
    "node_boot_time_seconds 1.7e+09",
    "node_context_switches_total 8",
    "node_forks_total 9",
    "node_intr_total 7",
    "node_procs_blocked 0",
    "node_procs_running 1",
  ];
  expect(await collect("stat")).toEqual(plain);
  const withSoftirqs = await collect("stat", ["--collector.stat.softirq"]);
  expect(withSoftirqs.slice(0, plain.length)).toEqual(plain);
  expect(withSoftirqs).toContain('node_softirqs_total{vector="timer"} 2');
});

test("time tells the clock, its zone and where the kernel takes it from", async () => {
  jest.spyOn(Date, "now").mockReturnValue(1_700_000_000_250);
  const lines = await collect("time");
  expect(lines.filter((line) => line.includes("clocksource"))).toEqual([
    'node_time_clocksource_available_info{clocksource="hpet",device="0"} 1',
    'node_time_clocksource_available_info{clocksource="tsc",device="0"} 1',
    'node_time_clocksource_current_info{clocksource="tsc",device="0"} 1',
  ]);
  expect(lines.at(-1)).toMatch(/^node_time_zone_offset_seconds\{time_zone="[^"]+"\} -?\d+/);
  expect(lines).toContain("node_time_seconds 1.70000000025e+09");
});

test("uname", async () => {
  const [line] = await collect("uname");
  expect(line).toMatch(
    /^node_uname_info\{domainname="example.org",machine="\w+",nodename="[^"]+",release="[^"]+",sysname="Linux",version="[^"]+"\} 1$/,
  );
});

test("a file of another form fails the collector that reads it", async () => {
  await expect(collect("meminfo", [], { "proc/meminfo": "broken" })).rejects.toThrow("cannot read meminfo");
});

test("the table is in order, and flags belong to the collector whose name they bear", () => {
  const names = collectors.map(({ name }) => name);
  expect(names).toEqual(names.toSorted());
  for (const { name, flags } of collectors) {
    expect(Object.keys(flags).filter((flag) => !flag.startsWith(`collector.${name}.`))).toEqual([]);
  }
});
