import { readFileSync } from "node:fs";
import { createSecureContext, type PeerCertificate, type TLSSocket, type TlsOptions } from "node:tls";
import { reveal } from "@ferula/config";
import { TLS_VERSIONS } from "../tls-versions.ts";
import type { TlsServerSection } from "./web-file-shape.ts";

/** The files that a certificate of the section is made of. */
export function tlsFiles(tls: TlsServerSection | undefined): readonly string[] {
  return tls === undefined ? [] : [tls.cert_file, tls.key_file, tls.client_ca_file];
}

/** Node's options for the section, its files read. Throws when they are missing or don't fit together. */
export function serverTlsOptions(tls: TlsServerSection): TlsOptions {
  const ca = textOf("client_ca_file", tls.client_ca_file, tls.client_ca);
  const type = tls.client_auth_type;
  const options: TlsOptions = {
    cert: textOf("cert_file", tls.cert_file, tls.cert),
    key: textOf("key_file", tls.key_file, tls.key === undefined ? "" : reveal(tls.key)),
    ...(ca === "" ? {} : { ca }),
    minVersion: TLS_VERSIONS[tls.min_version],
    maxVersion: TLS_VERSIONS[tls.max_version],
    honorCipherOrder: tls.prefer_server_cipher_suites,
    requestCert: type !== "" && type !== "NoClientCert",
    // Node would also refuse those who show none; who is let in is decided by `acceptsCertificate`.
    rejectUnauthorized: false,
  };
  try {
    createSecureContext(options);
  } catch (error) {
    throw new Error(`failed to load X509KeyPair: ${(error as Error).message}`, { cause: error });
  }
  return options;
}

function textOf(key: string, path: string, inline: string): string {
  if (path === "") return inline;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`failed to read ${key} (${path}): ${(error as Error).message}`, { cause: error });
  }
}

/** Whether a client may go on after its handshake, by the policy of the section. */
export function acceptsCertificate(tls: TlsServerSection, socket: TLSSocket): boolean {
  // Without a certificate the object is empty.
  const { raw, subjectaltname } = socket.getPeerCertificate() as Partial<PeerCertificate>;
  const isGiven = raw !== undefined;
  switch (tls.client_auth_type) {
    case "":
    case "NoClientCert":
    case "RequestClientCert":
      return true;
    case "RequireAnyClientCert":
    case "RequireClientCert":
      return isGiven && isNameAllowed(subjectaltname, tls.client_allowed_sans);
    case "VerifyClientCertIfGiven":
      return !isGiven || socket.authorized;
    case "RequireAndVerifyClientCert":
      return isGiven && socket.authorized && isNameAllowed(subjectaltname, tls.client_allowed_sans);
  }
}

const SAN_KINDS: ReadonlySet<string> = new Set(["DNS", "email", "URI", "IP Address"]);

/**
 * Whether one of the names of a certificate, as Node lists them (`DNS:a, IP Address:127.0.0.1`), is on the list; without a list every
 * one is. A name that holds commas or quotes stands there as a JSON text, so that it can't pass for two names.
 */
export function isNameAllowed(names: string | undefined, allowed: readonly string[]): boolean {
  if (allowed.length === 0) return true;
  for (const [, kind, text] of (names ?? "").matchAll(/(?:^|, )([^:,"]+):("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/gy)) {
    if (SAN_KINDS.has(kind) && allowed.includes(text.startsWith('"') ? (JSON.parse(text) as string) : text)) return true;
  }
  return false;
}
