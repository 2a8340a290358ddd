import { readFile } from "node:fs/promises";
import { reveal, type Secret } from "@ferula/config";
import { HttpClientError } from "./http-client-error.ts";
import type { HttpClientConfig } from "./http-config.ts";

/** Headers by their name in lower case; a list is sent as so many headers. */
export type HeaderValues = Readonly<Record<string, string | readonly string[]>>;

/** The headers that the section asks for. Files are read at each request, so that a renewed password counts at once. */
export async function configuredHeaders(config: HttpClientConfig): Promise<HeaderValues> {
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, { values, secrets, files }] of config.http_headers) {
    const fromFiles = await Promise.all(files.map((path) => readTrimmed("header", path)));
    headers[name.toLowerCase()] = [...values, ...secrets.map(textOf), ...fromFiles];
  }
  const authorization = await authorizationHeader(config);
  if (authorization !== undefined) headers["authorization"] = authorization;
  return headers;
}

async function authorizationHeader(config: HttpClientConfig): Promise<string | undefined> {
  const { basic_auth: basic, authorization, bearer_token: token, bearer_token_file: tokenFile } = config;
  if (basic !== undefined) {
    const user = basic.username_file === "" ? basic.username : await readTrimmed("basic auth username", basic.username_file);
    const password = basic.password_file === "" ? textOf(basic.password) : await readTrimmed("basic auth password", basic.password_file);
    return basicAuthorization(user, password);
  }
  if (authorization !== undefined) {
    const { credentials, credentials_file: file, type } = authorization;
    return `${type} ${file === "" ? textOf(credentials) : await readTrimmed("authorization credentials", file)}`;
  }
  if (token !== undefined) return `Bearer ${reveal(token)}`;
  return tokenFile === "" ? undefined : `Bearer ${await readTrimmed("authorization credentials", tokenFile)}`;
}

/** RFC 7617, in UTF-8. */
export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function textOf(value: Secret | undefined): string {
  return value === undefined ? "" : reveal(value);
}

async function readTrimmed(what: string, path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new HttpClientError("request", `unable to read ${what} file ${path}: ${(error as Error).message}`, { cause: error });
  }
}
