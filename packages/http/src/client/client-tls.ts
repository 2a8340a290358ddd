import { readFileSync } from "node:fs";
import { createSecureContext, type ConnectionOptions } from "node:tls";
import { reveal } from "@ferula/config";
import { buildConnector } from "undici";
import { stampOf } from "../file-stamp.ts";
import { TLS_VERSIONS } from "../tls-versions.ts";
import { HttpClientError } from "./http-client-error.ts";
import type { TlsClientConfig } from "./http-config.ts";
import { readIntoSharedBuffer } from "./shared-read-buffer.ts";

/** Longer than this no handshake takes. */
const CONNECT_TIMEOUT_MS = 10_000;

/** How connections are made. */
export interface ConnectorOptions {
  readonly tls: TlsClientConfig | undefined;
  /** A socket to dial instead of the address. */
  readonly socketPath: string | undefined;
  /** Called for every new connection. */
  readonly onConnect: () => void;
}

/**
 * Makes connections with the certificates of the section. The files are read at once, to tell mistakes early, and again for the first
 * connection after one of them has changed.
 */
export function createConnector({ tls, socketPath, onConnect }: ConnectorOptions): buildConnector.connector {
  const files = tls === undefined ? [] : [tls.ca_file, tls.cert_file, tls.key_file];
  const build = (): buildConnector.connector =>
    buildConnector({
      timeout: CONNECT_TIMEOUT_MS,
      ...(socketPath === undefined ? {} : { socketPath }),
      ...(tls === undefined ? {} : tlsOptions(tls)),
    });
  const connectPlainly = buildConnector({
    timeout: CONNECT_TIMEOUT_MS,
    ...(socketPath === undefined ? {} : { socketPath }),
    onread: readIntoSharedBuffer,
  });
  let stamp = stampOf(files);
  let connect = build();
  return (options, callback) => {
    onConnect();
    if (options.protocol === "http:") return connectPlainly(options, callback);
    try {
      const now = stampOf(files);
      if (now !== stamp) {
        connect = build();
        stamp = now;
      }
    } catch (error) {
      callback(error as Error, null);
      return;
    }
    connect(options, callback);
  };
}

function tlsOptions(tls: TlsClientConfig): Pick<ConnectionOptions, "rejectUnauthorized" | "servername" | "secureContext"> {
  const ca = textOf("CA cert", tls.ca_file, tls.ca);
  const cert = textOf("client cert", tls.cert_file, tls.cert);
  const key = textOf("client key", tls.key_file, tls.key === undefined ? "" : reveal(tls.key));
  // OpenSSL takes a text without a certificate for an empty list, and would then trust nobody.
  if (ca !== undefined && !ca.includes("-----BEGIN"))
    throw new HttpClientError("request", `unable to use specified CA cert ${tls.ca_file}`);
  try {
    return {
      rejectUnauthorized: !tls.insecure_skip_verify,
      ...(tls.server_name === "" ? {} : { servername: tls.server_name }),
      secureContext: createSecureContext({
        ca,
        cert,
        key,
        minVersion: tls.min_version === "" ? undefined : TLS_VERSIONS[tls.min_version],
        maxVersion: tls.max_version === "" ? undefined : TLS_VERSIONS[tls.max_version],
      }),
    };
  } catch (error) {
    const which = `client cert (${tls.cert_file || "cert"}) & key (${tls.key_file || "key"})`;
    throw new HttpClientError("request", `unable to use specified ${which}: ${(error as Error).message}`, { cause: error });
  }
}

function textOf(what: string, path: string, inline: string): string | undefined {
  if (path === "") return inline === "" ? undefined : inline;
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new HttpClientError("request", `unable to load specified ${what} ${path}: ${(error as Error).message}`, { cause: error });
  }
}
