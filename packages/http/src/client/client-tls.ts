import { createSecureContext, type ConnectionOptions } from "node:tls";
import { TLS_VERSION_NAMES, TLS_VERSIONS } from "../tls-versions.ts";
import type { TlsClientConfig } from "./config/tls-config.ts";
import { secretText } from "./configured-headers.ts";
import { readFileTextSync, refuseReference } from "./file-text.ts";
import { HttpClientError } from "./http-client-error.ts";

/** What of a `tls_config` Node's TLS is told. */
export type TlsOptions = Pick<ConnectionOptions, "rejectUnauthorized" | "servername" | "secureContext">;

/** The files of a section; "" where a text has none. */
export function tlsFiles({ ca_file: ca, cert_file: cert, key_file: key }: TlsClientConfig): readonly string[] {
  return [ca, cert, key].filter((path) => path !== "");
}

/** Reads certificates and key. Throws HttpClientError in upstream's words where they can't be used (common/config `NewTLSConfig`). */
export function tlsOptions(tls: TlsClientConfig): TlsOptions {
  const { min_version: min, max_version: max } = tls;
  if (min !== "" && max !== "" && TLS_VERSION_NAMES.indexOf(max) < TLS_VERSION_NAMES.indexOf(min))
    throw new HttpClientError(
      "request",
      "tls_config.max_version must be greater than or equal to tls_config.min_version if both are specified",
    );
  refuseReference("CA cert", tls.ca_ref);
  refuseReference("client cert", tls.cert_ref);
  refuseReference("client key", tls.key_ref);
  const ca = textOf("unable to read CA cert: unable to read file", tls.ca_file, tls.ca);
  const cert = textOf("unable to read specified client cert: unable to read file", tls.cert_file, tls.cert);
  const key = textOf("unable to read specified client key: unable to read file", tls.key_file, secretText(tls.key));
  // OpenSSL takes a text without a certificate for an empty list, and would then trust nobody.
  if (ca !== undefined && !ca.includes("-----BEGIN"))
    throw new HttpClientError("request", `unable to use specified CA cert ${sourceOf(tls.ca_file)}`);
  try {
    return {
      rejectUnauthorized: !tls.insecure_skip_verify,
      ...(tls.server_name === "" ? {} : { servername: tls.server_name }),
      secureContext: createSecureContext({
        ca,
        cert,
        key,
        minVersion: min === "" ? undefined : TLS_VERSIONS[min],
        maxVersion: max === "" ? undefined : TLS_VERSIONS[max],
      }),
    };
  } catch (error) {
    const which = `client cert (${sourceOf(tls.cert_file)}) & key (${sourceOf(tls.key_file)})`;
    throw new HttpClientError("request", `unable to use specified ${which}: ${(error as Error).message}`, { cause: error });
  }
}

function sourceOf(file: string): string {
  return file === "" ? "inline" : `file ${file}`;
}

function textOf(what: string, path: string, inline: string): string | undefined {
  if (path !== "") return readFileTextSync(what, path);
  return inline === "" ? undefined : inline;
}
