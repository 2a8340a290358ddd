import { isIPv6 } from "node:net";
import type { PeerCertificate, TLSSocket } from "node:tls";

/** How far a client must prove who it is (Go's tls.ClientAuthType); "" is none of it. */
export const CLIENT_AUTH_TYPES = [
  "",
  "NoClientCert",
  "RequestClientCert",
  "RequireAnyClientCert",
  // An old name of the one before.
  "RequireClientCert",
  "VerifyClientCertIfGiven",
  "RequireAndVerifyClientCert",
] as const;

/** One of them. */
export type ClientAuthType = (typeof CLIENT_AUTH_TYPES)[number];

/** What a type asks for. */
interface Policy {
  /** Whether clients are asked for a certificate at all. */
  readonly isAsking: boolean;
  readonly isRequired: boolean;
  readonly isVerified: boolean;
}

const REQUIRE_ANY: Policy = { isAsking: true, isRequired: true, isVerified: false };
const NONE: Policy = { isAsking: false, isRequired: false, isVerified: false };

const POLICIES: Readonly<Record<ClientAuthType, Policy>> = {
  "": NONE,
  NoClientCert: NONE,
  RequestClientCert: { isAsking: true, isRequired: false, isVerified: false },
  RequireAnyClientCert: REQUIRE_ANY,
  RequireClientCert: REQUIRE_ANY,
  VerifyClientCertIfGiven: { isAsking: true, isRequired: false, isVerified: true },
  RequireAndVerifyClientCert: { isAsking: true, isRequired: true, isVerified: true },
};

/** What is asked of clients. */
export interface ClientPolicy {
  readonly client_auth_type: ClientAuthType;
  /** Names of which a certificate must hold one; undefined, none are asked for. An empty list lets nobody in, as upstream has it. */
  readonly client_allowed_sans: readonly string[] | undefined;
}

/** Whether clients are asked for a certificate. */
export function asksForCertificate(type: ClientAuthType): boolean {
  return POLICIES[type].isAsking;
}

/** Whether a client may go on after its handshake. */
export function acceptsCertificate({ client_auth_type: type, client_allowed_sans: allowed }: ClientPolicy, socket: TLSSocket): boolean {
  const { isAsking, isRequired, isVerified } = POLICIES[type];
  if (!isAsking) return true;
  // Without a certificate the object is empty.
  const { raw, subjectaltname } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  // Upstream looks for the names of a certificate that isn't there, and drops the connection over it.
  if (raw === undefined) return !isRequired && allowed === undefined;
  return (!isVerified || socket.authorized) && (allowed === undefined || isNameAllowed(subjectaltname, allowed));
}

const SAN_KINDS: ReadonlySet<string> = new Set(["DNS", "email", "URI", "IP Address"]);

/**
 * Whether one of the names of a certificate, as Node lists them (`DNS:a, IP Address:127.0.0.1`), is on the list. A name that holds
 * commas or quotes stands there as a JSON text, so that it can't pass for two names.
 */
export function isNameAllowed(names: string | undefined, allowed: readonly string[]): boolean {
  for (const [, kind, text] of (names ?? "").matchAll(/(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/gy)) {
    if (!SAN_KINDS.has(kind)) continue;
    const name = text.startsWith('"') ? (JSON.parse(text) as string) : text;
    if (allowed.includes(kind === "IP Address" ? formatIp(name) : name)) return true;
  }
  return false;
}

/** As Go writes an address: the longest run of zeros left out, an IPv4 address inside an IPv6 one as itself. */
function formatIp(address: string): string {
  if (!isIPv6(address)) return address;
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high, low] = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short) ?? [];
  if (high === undefined) return short;
  return [high, low].flatMap((half) => [Number.parseInt(half, 16) >> 8, Number.parseInt(half, 16) & 0xff]).join(".");
}
