import { dirname, isAbsolute, join } from "node:path";
import { secret } from "@ferula/config";
import { createHttpClient, type HttpClientConfig, type HttpClientOptions, type TlsClientConfig } from "@ferula/http";
import type { Clock } from "@ferula/durations";
import { asObject, hasPart, optionalText, partOf, textOf, textsOf, type Wire } from "../objects/wire.ts";
import { fixedAccess, type ApiAccess } from "./api-access.ts";
import { bearer, clientSection, type ClientParts } from "./client-section.ts";
import { execAccess } from "./exec-access.ts";
import { readExecSection } from "./exec-section.ts";
import { readKubeContext, type KubeContext } from "./kubeconfig-file.ts";

/**
 * Access as a kubeconfig file says it (client-go clientcmd `BuildConfigFromFlags`). Throws an error for the log that names the file and
 * what is wrong in it.
 */
export function kubeconfigAccess(path: string, client: HttpClientOptions, clock: Clock): ApiAccess {
  const context = readKubeContext(path);
  const folder = dirname(path);
  try {
    const section = sectionOf(context, folder);
    const server = serverOf(context, section.tls_config);
    const hasOwn = section.authorization !== undefined || section.basic_auth !== undefined || hasCertificate(section.tls_config);
    if (hasPart(context.user, "exec") && !hasOwn) {
      const exec = readExecSection(partOf(context.user, "exec"), folder, context.cluster, server);
      return execAccess(server, section, exec, client, clock);
    }
    return fixedAccess(server, createHttpClient(section, client));
  } catch (error) {
    throw new Error(`cannot use ${path}: ${(error as Error).message}`, { cause: error });
  }
}

function hasCertificate({ cert, cert_file: file }: Partial<TlsClientConfig>): boolean {
  return cert !== "" || file !== "";
}

/** A server without a scheme is asked by HTTPS as soon as something is said of TLS. */
function serverOf({ cluster, clusterName }: KubeContext, tls: TlsClientConfig): string {
  const server = textOf(cluster, "server").replace(/\/+$/, "");
  if (server === "") throw new Error(`no server found for cluster "${clusterName}"`);
  if (server.includes("://")) return server;
  const isSecure = tls.ca !== "" || tls.ca_file !== "" || tls.insecure_skip_verify || hasCertificate(tls);
  return `${isSecure ? "https" : "http"}://${server}`;
}

function sectionOf({ cluster, user, userName }: KubeContext, folder: string): HttpClientConfig {
  const proxy = textOf(cluster, "proxy-url");
  return clientSection({
    ...(proxy === "" ? {} : { proxy_url: secret(proxy) }),
    ...credentialsOf(user, userName, folder),
    http_headers: impersonation(user, userName),
    tls_config: tlsOf(cluster, user, userName, folder),
  });
}

function tlsOf(cluster: Wire, user: Wire, userName: string, folder: string): Partial<TlsClientConfig> {
  const ca = textOrFile(cluster, "certificate-authority", folder);
  const cert = textOrFile(user, "client-certificate", folder);
  const key = textOrFile(user, "client-key", folder);
  const isInsecure = cluster["insecure-skip-tls-verify"] === true;
  if (isInsecure && (ca.text !== "" || ca.file !== ""))
    throw new Error("specifying a root certificates file with the insecure flag is not allowed");
  if ((cert.text === "" && cert.file === "") !== (key.text === "" && key.file === ""))
    throw new Error(`client-certificate and client-key must both be specified for ${userName} to use the client certificate`);
  return {
    ca: ca.text,
    ca_file: ca.file,
    cert: cert.text,
    cert_file: cert.file,
    key: key.text === "" ? undefined : secret(key.text),
    key_file: key.file,
    server_name: textOf(cluster, "tls-server-name"),
    insecure_skip_verify: isInsecure,
  };
}

/** PEM that stands in the file in base64, or the path of a file with it; the text comes before the path. */
function textOrFile(part: Wire, key: string, folder: string): { readonly text: string; readonly file: string } {
  const encoded = textOf(part, `${key}-data`);
  if (encoded === "") return { text: "", file: localPath(textOf(part, key), folder) };
  if (!/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(encoded)) throw new Error(`${key}-data is not base64`);
  return { text: Buffer.from(encoded, "base64").toString("utf8"), file: "" };
}

/** Paths in a kubeconfig file start from its folder. */
function localPath(path: string, folder: string): string {
  return path === "" || isAbsolute(path) ? path : join(folder, path);
}

function credentialsOf(user: Wire, userName: string, folder: string): Pick<ClientParts, "authorization" | "basic_auth"> {
  const token = textOf(user, "token");
  const tokenFile = localPath(textOf(user, "tokenFile"), folder);
  const name = textOf(user, "username");
  const password = textOf(user, "password");
  if (hasPart(user, "auth-provider")) {
    const provider = textOf(partOf(user, "auth-provider"), "name");
    throw new Error(`the auth-provider "${provider}" of user "${userName}" is not supported: Kubernetes has exec plugins in its place`);
  }
  if (token !== "" && name + password !== "")
    throw new Error(`more than one authentication method found for ${userName}; found [token basicAuth], only one is allowed`);
  if (tokenFile !== "") return { authorization: bearer(undefined, tokenFile) };
  if (token !== "") return { authorization: bearer(secret(token)) };
  if (name + password === "") return {};
  const none = { username_file: "", username_ref: "", password_file: "", password_ref: "" };
  return { basic_auth: { username: name, password: secret(password), ...none } };
}

/** The headers by which a user acts as another one. */
function impersonation(user: Wire, userName: string): HttpClientConfig["http_headers"] {
  const headers = new Map<string, readonly string[]>();
  const as = optionalText(user, "as") ?? "";
  const uid = textOf(user, "as-uid");
  const groups = textsOf(user, "as-groups");
  const extra = Object.keys(partOf(user, "as-user-extra"));
  if (as === "" && (uid !== "" || groups.length + extra.length > 0))
    throw new Error(`requesting uid, groups or user-extra for ${userName} without impersonating a user`);
  if (as !== "") headers.set("Impersonate-User", [as]);
  if (uid !== "") headers.set("Impersonate-Uid", [uid]);
  if (groups.length > 0) headers.set("Impersonate-Group", groups);
  for (const key of extra) headers.set(`Impersonate-Extra-${encodeURIComponent(key)}`, textsOf(asObject(user["as-user-extra"]), key));
  return new Map([...headers].map(([name, values]) => [name, { values, secrets: [], files: [] }]));
}
