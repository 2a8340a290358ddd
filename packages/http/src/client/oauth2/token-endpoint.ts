import type { HttpClientConfig } from "../config/http-config.ts";
import type { OAuth2Config } from "../config/oauth2-config.ts";
import type { HttpClient } from "../http-client.ts";
import type { PostForm } from "./token-request.ts";

/** The endpoint that tokens come from. */
export interface TokenEndpoint {
  readonly oauth2: OAuth2Config;
  readonly post: PostForm;
  readonly close: () => Promise<void>;
}

/** Nobody waits longer for a token; those who have asked may give up before. */
const TIMEOUT_MS = 60_000;

/** As much of an answer is read, as x/oauth2 does. */
const MAX_ANSWER_BYTES = 1 << 20;

/**
 * The endpoint of a section, with connections, certificates and proxies of its own. Its client is made for the first token, as upstream
 * does: only then is it told that certificates can't be used.
 */
export function createTokenEndpoint(oauth2: OAuth2Config, createClient: (section: HttpClientConfig) => HttpClient): TokenEndpoint {
  const closing = new AbortController();
  let client: HttpClient | undefined;
  return {
    oauth2,
    async post(form, headers) {
      client ??= createClient(sectionOf(oauth2));
      const {
        status,
        headers: answered,
        body,
      } = await client.request({
        url: oauth2.token_url,
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
        body: form.toString(),
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(TIMEOUT_MS)]),
        maxBodyBytes: MAX_ANSWER_BYTES,
      });
      return { status, headers: answered, text: Buffer.from(body).toString() };
    },
    async close() {
      closing.abort();
      await client?.close();
    },
  };
}

/** As upstream's own client for tokens: redirects are followed, HTTP/2 is not offered. */
function sectionOf({ tls_config, proxy_url, no_proxy, proxy_from_environment, proxy_connect_header }: OAuth2Config): HttpClientConfig {
  return {
    basic_auth: undefined,
    authorization: undefined,
    oauth2: undefined,
    bearer_token: undefined,
    bearer_token_file: "",
    tls_config,
    follow_redirects: true,
    enable_http2: false,
    proxy_url,
    no_proxy,
    proxy_from_environment,
    proxy_connect_header,
    http_headers: new Map(),
  };
}
