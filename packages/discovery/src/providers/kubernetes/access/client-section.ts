import { readField, type Secret } from "@ferula/config";
import { httpClientField, type HttpClientConfig, type TlsClientConfig } from "@ferula/http";

/** What a client of the API is told beyond the defaults, where no section of the configuration says it. */
export interface ClientParts extends Partial<Omit<HttpClientConfig, "tls_config">> {
  readonly tls_config: Partial<TlsClientConfig>;
}

/** A section of the HTTP client with these parts. Where no proxy is told, the environment may tell one, as it does for all clients of Kubernetes. */
export function clientSection({ tls_config: tls, ...parts }: ClientParts): HttpClientConfig {
  const result = readField(httpClientField, "", "");
  if (!result.ok) throw new Error("BUG: the HTTP client's fields have no defaults");
  const plain = result.value;
  return { ...plain, proxy_from_environment: parts.proxy_url === undefined, ...parts, tls_config: { ...plain.tls_config, ...tls } };
}

/** A bearer token, or the file that holds it, which is read again at each request. */
export function bearer(token: Secret | undefined, file: string = ""): HttpClientConfig["authorization"] {
  return { type: "Bearer", credentials: token, credentials_file: file, credentials_ref: "" };
}
