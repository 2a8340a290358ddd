import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { checkServerIdentity, type ConnectionOptions, type SecureVersion } from "node:tls";
import { reveal } from "@ferula/config";
import type { TlsClientConfig } from "@ferula/http";

const VERSIONS: Readonly<Record<string, SecureVersion>> = { TLS10: "TLSv1", TLS11: "TLSv1.1", TLS12: "TLSv1.2", TLS13: "TLSv1.3" };

/**
 * A `tls_config` for Node; files are read at each probe, so that a renewed one counts at once. `serverName` is what the certificate must be
 * for, and what the server is told unless it is an address. Throws where a file can't be read.
 */
export function tlsConnectOptions(tls: TlsClientConfig, serverName: string): ConnectionOptions {
  const text = (inline: string, file: string): string => (file === "" ? inline : readFileSync(file, "utf8"));
  const ca = text(tls.ca, tls.ca_file);
  const cert = text(tls.cert, tls.cert_file);
  const key = text(tls.key === undefined ? "" : reveal(tls.key), tls.key_file);
  return {
    servername: isIP(serverName) === 0 ? serverName : "",
    checkServerIdentity: (_dialled, certificate) => checkServerIdentity(serverName, certificate),
    rejectUnauthorized: !tls.insecure_skip_verify,
    ...(ca === "" ? {} : { ca }),
    ...(cert === "" ? {} : { cert }),
    ...(key === "" ? {} : { key }),
    ...(tls.min_version === "" ? {} : { minVersion: VERSIONS[tls.min_version] }),
    ...(tls.max_version === "" ? {} : { maxVersion: VERSIONS[tls.max_version] }),
  };
}
