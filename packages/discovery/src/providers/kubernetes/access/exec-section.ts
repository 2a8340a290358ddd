import { isAbsolute, join } from "node:path";
import { optionalText, partOf, partsOf, textOf, textsOf, type Wire } from "../objects/wire.ts";

/** A command that gives credentials. */
export interface ExecSection {
  readonly command: string;
  readonly args: readonly string[];
  /** Beside those of our own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly apiVersion: string;
  readonly installHint: string;
  /** What it is told of the cluster; undefined if nothing. */
  readonly cluster: Wire | undefined;
}

const GROUP = "client.authentication.k8s.io";
const API_VERSIONS: ReadonlySet<string> = new Set([`${GROUP}/v1`, `${GROUP}/v1beta1`]);

/** The part of a cluster that is passed on to commands. */
const CLUSTER_KEYS = [
  "server",
  "tls-server-name",
  "insecure-skip-tls-verify",
  "certificate-authority-data",
  "proxy-url",
  "disable-compression",
];

/** The section `exec` of a user (client-go clientcmd/api/v1 `ExecConfig`). Throws an error that names the command. */
export function readExecSection(exec: Wire, folder: string, cluster: Wire, server: string): ExecSection {
  const command = textOf(exec, "command");
  if (command === "") throw new Error("command must be specified to use an exec plugin");
  const apiVersion = textOf(exec, "apiVersion");
  if (!API_VERSIONS.has(apiVersion)) throw new Error(`exec plugin "${command}": invalid apiVersion "${apiVersion}"`);
  if (textOf(exec, "interactiveMode") === "Always")
    throw new Error(`exec plugin "${command}" wants to ask somebody (interactiveMode: Always), and there is nobody`);
  return {
    command: command.includes("/") && !isAbsolute(command) ? join(folder, command) : command,
    args: textsOf(exec, "args"),
    variables: Object.fromEntries(partsOf(exec, "env").map((one) => [textOf(one, "name"), textOf(one, "value")])),
    apiVersion,
    installHint: textOf(exec, "installHint"),
    cluster: exec["provideClusterInfo"] === true ? clusterFor(cluster, server) : undefined,
  };
}

function clusterFor(cluster: Wire, server: string): Wire {
  const known = Object.fromEntries(CLUSTER_KEYS.filter((key) => cluster[key] !== undefined).map((key) => [key, cluster[key]]));
  const extension = partsOf(cluster, "extensions").find((one) => optionalText(one, "name") === `${GROUP}/exec`);
  return { ...known, server, config: extension === undefined ? null : partOf(extension, "extension") };
}
