import type { X509Certificate } from "node:crypto";
import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { Gauge, type Registry } from "@ferula/client";

/** Go's zero time in seconds: what stands for the end of a chain that was not verified. */
const NO_CHAIN_SECONDS = -62_135_596_800;

const VERSIONS: Readonly<Record<string, string>> = { TLSv1: "TLS 1.0", "TLSv1.1": "TLS 1.1", "TLSv1.2": "TLS 1.2", "TLSv1.3": "TLS 1.3" };

/** What a TLS connection tells of itself and of the server's certificates. */
export function recordTls(socket: TLSSocket, registry: Registry, { withCipher }: { readonly withCipher: boolean }): void {
  const registers = [registry];
  const chain = certificateChain(socket);
  if (chain.length > 0) {
    new Gauge({ name: "probe_ssl_earliest_cert_expiry", help: "Returns last SSL chain expiry in unixtime", registers }).set(
      Math.min(...chain.map(expirySeconds)),
    );
    // Without the verified chain, which Node does not tell, the sent one counts where it was found good.
    const lastExpiry = socket.authorized ? Math.min(...chain.map(expirySeconds)) : NO_CHAIN_SECONDS;
    new Gauge({ name: "probe_ssl_last_chain_expiry_timestamp_seconds", help: "Returns last SSL chain expiry in timestamp", registers }).set(
      lastExpiry,
    );
    recordLeaf(socket, chain[0], registry);
  }
  const version = VERSIONS[socket.getProtocol() ?? ""] ?? "unknown";
  new Gauge({
    name: "probe_tls_version_info",
    help: "Returns the TLS version used or NaN when unknown",
    labelNames: ["version"] as const,
    registers,
  }).set({ version }, 1);
  if (withCipher) {
    new Gauge({
      name: "probe_tls_cipher_info",
      help: "Returns the TLS cipher negotiated during handshake",
      labelNames: ["cipher"] as const,
      registers,
    }).set({ cipher: socket.getCipher().standardName }, 1);
  }
}

function certificateChain(socket: TLSSocket): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (certificate?.raw !== undefined && !chain.some(({ fingerprint256 }) => fingerprint256 === certificate?.fingerprint256)) {
    chain.push(certificate);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

function expirySeconds({ valid_to: validTo }: DetailedPeerCertificate): number {
  return Date.parse(validTo) / 1000;
}

function recordLeaf(socket: TLSSocket, leaf: DetailedPeerCertificate, registry: Registry): void {
  const certificate: X509Certificate | undefined = socket.getPeerX509Certificate();
  new Gauge({
    name: "probe_ssl_last_chain_info",
    help: "Contains SSL leaf certificate information",
    labelNames: ["fingerprint_sha256", "subject", "issuer", "subjectalternative", "serialnumber"] as const,
    registers: [registry],
  }).set(
    {
      fingerprint_sha256: leaf.fingerprint256.replaceAll(":", "").toLowerCase(),
      subject: distinguishedName(certificate?.subject),
      issuer: distinguishedName(certificate?.issuer),
      subjectalternative: (leaf.subjectaltname ?? "")
        .split(", ")
        .flatMap((name) => (name.startsWith("DNS:") ? [name.slice(4)] : []))
        .join(","),
      serialnumber: leaf.serialNumber.toLowerCase().replace(/^0+(?=.)/, ""),
    },
    1,
  );
}

/** Node puts one part a line, the country first; Go puts them in a row, the name first. */
function distinguishedName(lines: string | undefined): string {
  return (lines ?? "").split("\n").toReversed().join(",");
}
