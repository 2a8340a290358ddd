import { reveal, type Secret } from "@ferula/config";
import type { HttpClientConfig } from "./config/http-config.ts";
import { readFileText, refuseReference } from "./file-text.ts";
import { CREDENTIAL_HEADERS } from "./redirect.ts";

/** Headers by their name in lower case; a list is sent as so many headers. */
export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** The headers of one request while they are gathered: an object without a prototype, as any name may come. */
export type OpenHeaders = Record<string, string | string[]>;

/**
 * Adds what the section asks for. `isHome` is false once redirects have left the host that the credentials are for. Files are read at each
 * request, so that a renewed password counts at once.
 */
export type AddConfigured = (headers: OpenHeaders, isHome: boolean, signal: AbortSignal) => Promise<void>;

/** Makes the value of an Authorization header. */
export type Authorize = (signal: AbortSignal) => Promise<string>;

/**
 * What adds the headers of a section, or undefined where there are none: such requests pay nothing. `token` gives that of OAuth 2. Throws
 * HttpClientError where something is to come from a store of secrets.
 */
export function configuredHeaders(config: HttpClientConfig, token: Authorize | undefined): AddConfigured | undefined {
  const authorize = token ?? authorization(config);
  const { http_headers: configured } = config;
  if (authorize === undefined && configured.size === 0) return undefined;
  return async (headers, isHome, signal) => {
    for (const [name, { values, secrets, files }] of configured) {
      // Upstream lets these follow to any host. They are credentials like all others, so that here they do not.
      const hidden = isHome ? [...secrets.map(secretText), ...(await Promise.all(files.map(readHeaderFile)))] : [];
      if (values.length + hidden.length > 0) addValues(headers, name.toLowerCase(), [...values, ...hidden]);
    }
    // Away from home no header goes along whose very name stands for a credential.
    if (!isHome) for (const name of CREDENTIAL_HEADERS) if (hasConfigured(configured, name)) delete headers[name];
    if (authorize === undefined || !isHome) return;
    // A caller's own credentials, or those in the URL, come first; those of OAuth 2 take the place of any.
    if (token !== undefined || headers["authorization"] === undefined) headers["authorization"] = await authorize(signal);
  };
}

function readHeaderFile(path: string): Promise<string> {
  return readFileText("unable to read headers file", path);
}

function addValues(headers: OpenHeaders, name: string, values: readonly string[]): void {
  const known = headers[name];
  headers[name] = known === undefined ? [...values] : [known, values].flat();
}

function hasConfigured(configured: HttpClientConfig["http_headers"], name: string): boolean {
  for (const key of configured.keys()) if (key.toLowerCase() === name) return true;
  return false;
}

function authorization({ basic_auth: basic, authorization: own, bearer_token: token, bearer_token_file: tokenFile }: HttpClientConfig) {
  if (basic !== undefined) return basicAuth(basic);
  if (own !== undefined) return typedAuthorization(own);
  // A section that was not checked still has them.
  if (token === undefined && tokenFile === "") return undefined;
  return typedAuthorization({ type: "Bearer", credentials: token, credentials_file: tokenFile, credentials_ref: "" });
}

function basicAuth(basic: NonNullable<HttpClientConfig["basic_auth"]>): Authorize {
  refuseReference("username", basic.username_ref);
  refuseReference("password", basic.password_ref);
  const user = textOrFile("unable to read basic auth username: unable to read file", basic.username, basic.username_file);
  const password = textOrFile("unable to read basic auth password: unable to read file", basic.password, basic.password_file);
  return async () => basicAuthorization(await user(), await password());
}

function typedAuthorization({
  type,
  credentials,
  credentials_file: file,
  credentials_ref: reference,
}: NonNullable<HttpClientConfig["authorization"]>): Authorize {
  refuseReference("credentials", reference);
  const text = textOrFile("unable to read authorization credentials: unable to read file", credentials, file);
  return async () => `${type} ${await text()}`;
}

function textOrFile(what: string, text: string | Secret | undefined, file: string): () => Promise<string> {
  if (file !== "") return () => readFileText(what, file);
  const value = typeof text === "string" ? text : secretText(text);
  return () => Promise.resolve(value);
}

/** A secret's text, "" for none. */
export function secretText(value: Secret | undefined): string {
  return value === undefined ? "" : reveal(value);
}

/** RFC 7617, in UTF-8. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
