import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileErrorText } from "@ferula/files";
import { createHttpClient, type HttpClientOptions } from "@ferula/http";
import type { Logger } from "@ferula/logging";
import { fixedAccess, type ApiAccess } from "./api-access.ts";
import { bearer, clientSection } from "./client-section.ts";

/** What a pod is given to reach the API. */
export interface PodEnvironment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Holds `token`, `ca.crt` and `namespace`. */
  readonly accountFolder: string;
}

/** Where Kubernetes puts it. */
export const podEnvironment: PodEnvironment = {
  variables: process.env,
  accountFolder: "/var/run/secrets/kubernetes.io/serviceaccount",
};

/** What access needs from a section. */
export interface InClusterOptions {
  readonly needsNamespace: boolean;
  readonly environment: PodEnvironment;
  readonly client: HttpClientOptions;
  readonly logger: Logger;
}

/** Access by the service account of our own pod. Throws an error for the log when we run in none (client-go rest `InClusterConfig`). */
export function inClusterAccess({ needsNamespace, environment, client, logger }: InClusterOptions): ApiAccess {
  const { KUBERNETES_SERVICE_HOST: host = "", KUBERNETES_SERVICE_PORT: port = "" } = environment.variables;
  if (host === "" || port === "")
    throw new Error(
      "unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined; outside of a cluster, api_server or kubeconfig_file says where the API is",
    );
  const file = (name: string): string => join(environment.accountFolder, name);
  const ca = file("ca.crt");
  readText("the token of the service account", file("token"));
  const hasCa = canRead(ca);
  if (!hasCa) logger.warn("Cannot read the authorities of the service account, the system's are used", { path: ca });
  const ownNamespace = needsNamespace ? readText("the pod's namespace", file("namespace")) : "";
  logger.info("Using pod service account via in-cluster config");
  const section = clientSection({ authorization: bearer(undefined, file("token")), tls_config: hasCa ? { ca_file: ca } : {} });
  const server = `https://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return fixedAccess(server, createHttpClient(section, client), ownNamespace);
}

function readText(what: string, path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new Error(`cannot read ${what}: ${fileErrorText(path, error)}`, { cause: error });
  }
  if (text === "") throw new Error(`cannot read ${what}: ${path} is empty`);
  return text;
}

function canRead(path: string): boolean {
  try {
    return readFileSync(path).length > 0;
  } catch {
    return false;
  }
}
