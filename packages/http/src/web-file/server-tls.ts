import { readFileSync } from "node:fs";
import { createSecureContext, type TlsOptions } from "node:tls";
import { reveal } from "@ferula/config";
import { fileErrorText } from "@ferula/files";
import { TLS_VERSIONS } from "../tls-versions.ts";
import { asksForCertificate } from "./client-certificate.ts";
import { cipherList, curveList } from "./tls-names.ts";
import type { TlsServerSection } from "./web-file-shape.ts";

/** The files that a certificate of the section is made of. */
export function tlsFiles(tls: TlsServerSection | undefined): readonly string[] {
  return tls === undefined ? [] : [tls.cert_file, tls.key_file, tls.client_ca_file];
}

/** Node's options for the section, its files read. Throws when they are missing or don't fit together. */
export function serverTlsOptions(tls: TlsServerSection): TlsOptions {
  const ca = textOf("client_ca_file", tls.client_ca_file, tls.client_ca);
  const options: TlsOptions = {
    cert: textOf("cert_file", tls.cert_file, tls.cert),
    key: textOf("key_file", tls.key_file, tls.key === undefined ? "" : reveal(tls.key)),
    ...(ca === "" ? {} : { ca }),
    ...protocolOptions(tls),
    requestCert: asksForCertificate(tls.client_auth_type),
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

/** Versions, suites and curves. The server's order of suites counts, whatever the section says: Go's servers have it no other way. */
function protocolOptions(tls: TlsServerSection): TlsOptions {
  const ciphers = cipherList(tls.cipher_suites);
  const curves = curveList(tls.curve_preferences);
  // OpenSSL takes the signatures of these versions for too weak, and has to be told that they are wanted.
  const isOld = tls.min_version === "TLS10" || tls.min_version === "TLS11";
  return {
    // Without a suite for it there is no TLS 1.2.
    minVersion: TLS_VERSIONS[ciphers === "" ? "TLS13" : tls.min_version],
    maxVersion: TLS_VERSIONS[tls.max_version],
    ...(ciphers === "" ? {} : { ciphers: isOld ? `${ciphers}:@SECLEVEL=0` : ciphers }),
    ...(curves === undefined ? {} : { ecdhCurve: curves }),
    honorCipherOrder: true,
  };
}

function textOf(key: string, path: string, inline: string): string {
  if (path === "") return inline;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`failed to read ${key} (${path}): ${fileErrorText(path, error)}`, { cause: error });
  }
}
