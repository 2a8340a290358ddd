import { Counter, type Registry } from "@ferula/client";
import { described } from "@ferula/config";
import { labelsOf, type Labels } from "@ferula/model";
import type { Discoverer, DiscovererDeps, Provider } from "../../provider.ts";
import { createRefreshDiscoverer } from "../../refresh.ts";
import { dnsField, type DnsSdConfig } from "../../sections/dns.ts";
import type { TargetGroup } from "../../target-group.ts";
import { joinHostPort } from "../meta-labels.ts";
import { lookUp } from "./look-up.ts";
import type { DnsRecord, RecordType } from "./message.ts";
import { readResolvConf, type ResolvConf } from "./resolv-conf.ts";

/** Where servers are found, and how long they are waited for. */
export interface DnsOptions {
  readonly resolvConfPath: string;
  readonly port: number;
  readonly timeoutMs: number;
}

/** Targets from DNS records (discovery/dns/dns.go). */
export function createDnsProvider(options: DnsOptions): Provider<DnsSdConfig> {
  return {
    name: "dns",
    key: "dns_sd_configs",
    field: described(dnsField, "Hosts that DNS records name."),
    metrics: dnsMetrics,
    create: (config, _index, deps) => createDnsDiscoverer(config, options, deps),
  };
}

/** As the machine looks names up. */
export const dnsProvider: Provider<DnsSdConfig> = createDnsProvider({ resolvConfPath: "/etc/resolv.conf", port: 53, timeoutMs: 2000 });

interface DnsMetrics {
  readonly lookups: Counter;
  readonly failures: Counter;
}

function dnsMetrics(registry: Registry): DnsMetrics {
  const registers = [registry];
  return {
    lookups: new Counter({ name: "prometheus_sd_dns_lookups_total", help: "The number of DNS-SD lookups.", registers }),
    failures: new Counter({ name: "prometheus_sd_dns_lookup_failures_total", help: "The number of DNS-SD lookup failures.", registers }),
  };
}

function createDnsDiscoverer(
  { names, type, port, refresh_interval: intervalMs }: DnsSdConfig,
  { resolvConfPath, ...servers }: DnsOptions,
  deps: DiscovererDeps,
): Discoverer {
  const { clock, logger } = deps;
  const metrics = deps.metrics.of(dnsMetrics);
  const recordType = type.toUpperCase() as RecordType;
  /** By name. */
  const known = new Map<string, TargetGroup>();

  /** The targets of one name. Those that it had still stand while it can't be looked up. */
  async function refreshName(name: string, conf: Promise<ResolvConf>, signal: AbortSignal): Promise<void> {
    try {
      const records = await lookUp(name, recordType, await conf, signal, { ...servers, clock, logger });
      for (const record of records) if (record.kind === "other") logger.warn("Invalid record", { name, type: record.type });
      known.set(name, { source: name, targets: records.flatMap((record) => targetsOf(record, name, port)), labels: [] });
    } catch (error) {
      if (signal.aborted) return;
      metrics.failures.inc();
      logger.error("Error refreshing DNS targets", { err: error });
    }
    metrics.lookups.inc();
  }

  async function refresh(signal: AbortSignal): Promise<readonly TargetGroup[]> {
    const conf = readResolvConf(resolvConfPath);
    await Promise.all(names.map((name) => refreshName(name, conf, signal)));
    return [...known.values()];
  }

  return createRefreshDiscoverer({ mechanism: "dns", intervalMs, refresh }, deps);
}

function targetsOf(record: DnsRecord, name: string, port: number): readonly Labels[] {
  switch (record.kind) {
    case "address":
      return [targetOf(record.address, port, name, {})];
    case "SRV":
      return [
        targetOf(unrooted(record.target), record.port, name, {
          __meta_dns_srv_record_target: record.target,
          __meta_dns_srv_record_port: String(record.port),
        }),
      ];
    case "MX":
      return [targetOf(unrooted(record.target), port, name, { __meta_dns_mx_record_target: record.target })];
    case "NS":
      return [targetOf(unrooted(record.target), port, name, { __meta_dns_ns_record_target: record.target })];
    case "CNAME":
    case "other":
      return [];
  }
}

function targetOf(host: string, port: number, name: string, more: Readonly<Record<string, string>>): Labels {
  return labelsOf({ __address__: joinHostPort(host, port), __meta_dns_name: name, ...more });
}

function unrooted(name: string): string {
  return name.replace(/\.+$/, "");
}
