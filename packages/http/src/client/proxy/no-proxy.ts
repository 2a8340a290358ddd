import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";

/** Whether requests to a host go past the proxy. The host is a name or an address without brackets, the port a number as text. */
export type GoesDirect = (host: string, port: string) => boolean;

/**
 * Reads a list as that of NO_PROXY, as golang.org/x/net/http/httpproxy does: names with those below them, `.name` and `*.name` for those
 * below alone, addresses, ranges in CIDR notation, each but the last with a port where one is given, and `*` for all. What makes no
 * sense is passed over. This machine is never behind the proxy, whatever the list says.
 */
export function readNoProxy(list: string): GoesDirect {
  const addresses: AddressRule[] = [];
  const domains: DomainRule[] = [];
  for (const entry of list.split(",")) {
    const text = entry.trim().toLowerCase();
    if (text === "*") return () => true;
    const rule = text === "" ? undefined : readRule(text);
    if (rule === undefined) continue;
    if ("block" in rule) addresses.push(rule);
    else domains.push(rule);
  }
  return (host, port) => {
    const family = familyOf(host);
    if (family === undefined) return host === "localhost" || domains.some((rule) => matchesDomain(rule, host.toLowerCase(), port));
    return LOOPBACK.check(host, family) || addresses.some((rule) => isPort(rule, port) && rule.block.check(host, family));
  };
}

type Family = "ipv4" | "ipv6";

interface AddressRule {
  readonly block: BlockList;
  /** "" is any. */
  readonly port: string;
}

interface DomainRule {
  /** With a dot before it. */
  readonly suffix: string;
  readonly port: string;
  /** Whether the host of this very name counts, too. */
  readonly includesItself: boolean;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

function readRule(text: string): AddressRule | DomainRule | undefined {
  const range = readRange(text);
  if (range !== undefined) return { block: range, port: "" };
  const { host, port } = splitPort(text);
  const family = familyOf(host);
  if (family !== undefined) {
    const block = new BlockList();
    block.addAddress(host, family);
    return { block, port };
  }
  const name = host.startsWith("*.") ? host.slice(1) : host;
  if (name === "") return undefined;
  const includesItself = !name.startsWith(".");
  return { suffix: `.${asciiName(includesItself ? name : name.slice(1))}`, port, includesItself };
}

function readRange(text: string): BlockList | undefined {
  const [, address, length] = /^([^/%]+)\/(\d{1,3})$/.exec(text) ?? [];
  const family = address === undefined ? undefined : familyOf(address);
  if (family === undefined || Number(length) > (family === "ipv4" ? 32 : 128)) return undefined;
  const block = new BlockList();
  block.addSubnet(address, Number(length), family);
  return block;
}

/** `host:port` and `[address]:port`; whatever else has colons is taken as it is. */
function splitPort(text: string): { readonly host: string; readonly port: string } {
  const [, bracketed, plain, port] = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text) ?? [];
  return port === undefined ? { host: text, port: "" } : { host: bracketed ?? plain, port };
}

function asciiName(name: string): string {
  return domainToASCII(name) || name;
}

/** An address with a zone (`fe80::1%eth0`) is none to Go. */
function familyOf(host: string): Family | undefined {
  const version = isIP(host);
  if (version === 0 || host.includes("%")) return undefined;
  return version === 4 ? "ipv4" : "ipv6";
}

function matchesDomain(rule: DomainRule, host: string, port: string): boolean {
  return isPort(rule, port) && (host.endsWith(rule.suffix) || (rule.includesItself && host === rule.suffix.slice(1)));
}

function isPort(rule: { readonly port: string }, port: string): boolean {
  return rule.port === "" || rule.port === port;
}
