import { readFileSync } from "node:fs";
import { anyField, formatConfigErrors, readField } from "@ferula/config";
import { fileErrorText } from "@ferula/files";
import { asObject, partOf, partsOf, textOf, type Wire } from "../objects/wire.ts";

/** What the current context of a kubeconfig file names. */
export interface KubeContext {
  readonly cluster: Wire;
  readonly clusterName: string;
  readonly user: Wire;
  readonly userName: string;
}

/** The cluster and the user of a file's current context. Throws an error that names the file and what is wrong in it. */
export function readKubeContext(path: string): KubeContext {
  const file = parseFile(path);
  const current = textOf(file, "current-context");
  if (current === "") throw new Error(`cannot use ${path}: no current-context is set`);
  const context = named(file, path, "contexts", "context", current);
  const clusterName = textOf(context, "cluster");
  const userName = textOf(context, "user");
  if (clusterName === "") throw new Error(`cannot use ${path}: cluster was not specified for context "${current}"`);
  return {
    clusterName,
    userName,
    cluster: named(file, path, "clusters", "cluster", clusterName),
    // Without a user requests are anonymous.
    user: userName === "" ? {} : named(file, path, "users", "user", userName),
  };
}

function parseFile(path: string): Wire {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new Error(`cannot read the kubeconfig file: ${fileErrorText(path, error)}`, { cause: error });
  }
  const result = readField(anyField(), text, path);
  if (!result.ok) throw new Error(`cannot read the kubeconfig file: ${formatConfigErrors(result.errors)}`);
  return asObject(result.value);
}

/** The part of the item of that name in a list. As everywhere in Kubernetes, the first one counts. */
function named(file: Wire, path: string, list: string, part: string, name: string): Wire {
  const item = partsOf(file, list).find((one) => textOf(one, "name") === name);
  if (item === undefined) throw new Error(`cannot use ${path}: ${part} "${name}" does not exist`);
  return partOf(item, part);
}
