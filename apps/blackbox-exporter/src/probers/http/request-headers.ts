import { readFile } from "node:fs/promises";
import { reveal, type Secret } from "@ferula/config";
import type { HttpModule } from "../../config/http-module.ts";
import { versionInfo } from "../../version.ts";
import type { HeaderMap, Step } from "./step.ts";

/** Headers that Go writes by itself, whatever a module says. */
const OWN: ReadonlySet<string> = new Set(["host", "content-length", "transfer-encoding", "trailer"]);

/** The headers of the module's that a probe begins with. A Host header is not among them. */
export function moduleHeaders({ headers }: HttpModule): HeaderMap {
  const own = [...headers].map(([name, value]): [string, readonly string[]] => [name.toLowerCase(), [value]]);
  const agent: [string, readonly string[]] = ["user-agent", [`Blackbox-Exporter/${versionInfo.version}`]];
  return new Map([agent, ...own].filter(([name]) => !OWN.has(name)));
}

/** The module's Host header, or undefined. */
export function moduleHost({ headers }: HttpModule): string | undefined {
  return [...headers].find(([name]) => name.toLowerCase() === "host")?.[1];
}

/**
 * All headers of one request, as node:http takes them: the step's, those of `http_headers`, the cookies that were set (`cookies`, "" for
 * none) and the credentials, which are read from their files each time. Throws where a file can't be read.
 */
export async function wireHeaders(step: Step, http: HttpModule, cookies: string): Promise<Record<string, string | string[]>> {
  const headers = new Map([...step.headers].map(([name, values]) => [name, [...values]]));
  if (cookies !== "") headers.set("cookie", [[...(headers.get("cookie") ?? []), cookies].join("; ")]);
  const { user } = step.url;
  if (user !== undefined && !headers.has("authorization")) headers.set("authorization", [basic(user.name, user.password ?? "")]);
  for (const [name, values] of await configuredHeaders(http)) {
    const key = name.toLowerCase();
    if (step.isHome || key !== "cookie") headers.set(key, [...(headers.get(key) ?? []), ...values]);
  }
  const authorization = step.isHome && !headers.has("authorization") ? await authorizationOf(http) : undefined;
  if (authorization !== undefined) headers.set("authorization", [authorization]);
  if (headers.get("user-agent")?.[0] === "") headers.delete("user-agent");
  headers.set("host", [step.host]);
  // Node leaves the length of a GET's body out, and the server would take the body for the next request.
  if (step.body !== undefined) headers.set("content-length", [String(step.body.length)]);
  return Object.fromEntries([...headers].map(([name, values]) => [name, wireValue(values.map(wireText))]));
}

function wireValue(values: string[]): string | string[] {
  return values.length === 1 ? values[0] : values;
}

/** Node writes headers as Latin-1; what is not ASCII goes over the wire as UTF-8. */
function wireText(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

async function configuredHeaders({ http_headers: headers }: HttpModule): Promise<readonly (readonly [string, readonly string[]])[]> {
  return Promise.all(
    [...headers].map(async ([name, { values, secrets, files }]) => {
      const fromFiles = await Promise.all(files.map((path) => readTrimmed("headers", path)));
      return [name, [...values, ...secrets.map((one) => (one === undefined ? "" : reveal(one))), ...fromFiles]] as const;
    }),
  );
}

async function authorizationOf({ basic_auth: basicAuth, authorization }: HttpModule): Promise<string | undefined> {
  const secretText = async (what: string, inline: Secret | undefined, file: string): Promise<string> =>
    file === "" ? (inline === undefined ? "" : reveal(inline)) : readTrimmed(what, file);
  if (basicAuth !== undefined) {
    const { username, username_file: userFile, password, password_file: passwordFile } = basicAuth;
    const user = userFile === "" ? username : await readTrimmed("basic auth username", userFile);
    return basic(user, await secretText("basic auth password", password, passwordFile));
  }
  if (authorization === undefined) return undefined;
  const { type, credentials, credentials_file: file } = authorization;
  return `${type} ${await secretText("authorization credentials", credentials, file)}`;
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

async function readTrimmed(what: string, path: string): Promise<string> {
  try {
    return (await readFile(path, "utf8")).trim();
  } catch (error) {
    throw new Error(`unable to read ${what} file ${path}: ${(error as Error).message}`, { cause: error });
  }
}
