import { lookup } from "node:dns/promises";
import { Gauge, type Registry } from "@ferula/client";
import { untilAborted } from "../until-aborted.ts";
import { addressFamily, addressHash, isDomainName, plainAddress } from "./address.ts";
import type { ProbeContext } from "./prober.ts";

/** The part of a prober's section that says which addresses will do. */
export interface ResolveOptions {
  /** "" is `ip6`; any other text is `ip4`. */
  readonly preferred_ip_protocol: string;
  readonly ip_protocol_fallback: boolean;
}

/** Where to dial. */
export interface Resolved {
  readonly address: string;
  readonly family: 4 | 6;
}

/** How an address was looked for. `seconds` is right whether one was found or not. */
export interface Lookup {
  readonly seconds: number;
  /** The reason is logged. */
  readonly resolved: Resolved | undefined;
}

/**
 * Looks for the address to probe: the first of the preferred family, or the last of the other where falling back is allowed. The three
 * gauges are there afterwards, at 0 where nothing was found (prober/utils.go `chooseProtocol`). Never throws.
 */
export async function resolveTarget(host: string, options: ResolveOptions, context: ProbeContext): Promise<Lookup> {
  const { registry, logger } = context;
  const gauges = createGauges(registry);
  const protocol = prefersIp6(options) ? "ip6" : "ip4";
  logger.debug("Resolving target address", { target: host, ip_protocol: protocol });
  const startedMs = performance.now();
  const resolved = await choose(host, options, context.signal).catch((error: unknown) => {
    const which = options.ip_protocol_fallback ? {} : { ip_protocol: protocol };
    logger.error("Resolution with IP protocol failed", { target: host, ...which, err: error });
    return undefined;
  });
  const seconds = (performance.now() - startedMs) / 1000;
  gauges.seconds.set(seconds);
  if (resolved === undefined) return { seconds, resolved };
  logger.debug("Resolved target address", { target: host, ip: resolved.address });
  gauges.protocol.set(resolved.family);
  gauges.hash.set(addressHash(resolved.address));
  return { seconds, resolved };
}

function createGauges(registry: Registry) {
  const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [registry] });
  return {
    protocol: gauge("probe_ip_protocol", "Specifies whether probe ip protocol is IP4 or IP6"),
    seconds: gauge("probe_dns_lookup_time_seconds", "Returns the time taken for probe dns lookup in seconds"),
    hash: gauge("probe_ip_addr_hash", "Specifies the hash of IP address. It's useful to detect if the IP address changes."),
  };
}

function prefersIp6({ preferred_ip_protocol: preferred }: ResolveOptions): boolean {
  return preferred === "" || preferred === "ip6";
}

async function choose(host: string, options: ResolveOptions, signal: AbortSignal): Promise<Resolved> {
  const found = await addressesOf(host, signal);
  const wanted = prefersIp6(options) ? 6 : 4;
  const chosen = found.find(({ family }) => family === wanted) ?? (options.ip_protocol_fallback ? found.at(-1) : undefined);
  if (chosen === undefined) throw new Error(`address ${host}: no suitable address found`);
  return chosen;
}

/**
 * The addresses that a host has; a name is looked up as the system does. Throws `lookup <host>: no such host` for what is no name either,
 * and the reason of `signal` when that aborts first.
 */
export async function addressesOf(host: string, signal: AbortSignal): Promise<readonly Resolved[]> {
  const literal = resolvedOf(host);
  if (literal !== undefined) return [literal];
  if (!isDomainName(host)) throw new Error(`lookup ${host}: no such host`);
  const found = await untilAborted(lookup(host, { all: true, order: "verbatim" }), signal).catch((error: unknown) => {
    const isUnknown = (error as { readonly code?: unknown }).code === "ENOTFOUND";
    throw isUnknown ? new Error(`lookup ${host}: no such host`, { cause: error }) : error;
  });
  return found.flatMap(({ address }) => resolvedOf(address) ?? []);
}

function resolvedOf(address: string): Resolved | undefined {
  const family = addressFamily(address);
  return family === 0 ? undefined : { address: plainAddress(address), family };
}
