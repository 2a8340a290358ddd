import { goQuote } from "@ferula/durations";
import { compareUtf8, isValidLabelName, unescapeName, type Labels, type NameValidation } from "@ferula/model";
import { decodeUrlBase64 } from "./base64.ts";

/** A path of the push API that names no group. The message is the answer to the client. */
export class GroupingKeyError extends Error {
  override name = "GroupingKeyError";
}

const BASE64_SUFFIX = "@base64";
const PUSH_PATH = /^\/metrics\/job(@base64)?\/([^/]+)(\/.*)?$/su;

/** Whether a decoded path is one that groups are pushed to. */
export function isPushPath(path: string): boolean {
  return PUSH_PATH.test(path);
}

/**
 * Reads the grouping key from a decoded path such as `/metrics/job/backup/instance/db1`: the labels of the group, sorted, with the job,
 * which wins over a second `job` further behind. Values may be empty. Names and values may be base64 where the name ends in `@base64`,
 * and with UTF-8 names, names may be escaped (`U__…`). Throws a GroupingKeyError with upstream's reason.
 */
export function readGroupingKey(path: string, validation: NameValidation): Labels {
  const match = PUSH_PATH.exec(path);
  if (match === null) throw new GroupingKeyError(`not a path to push to: ${goQuote(path)}`);
  const [, encoded, jobText, rest = ""] = match;
  const job = encoded === undefined ? jobText : decodeJob(jobText);
  const labels = splitLabels(rest, validation);
  if (job === "") throw new GroupingKeyError("job name is required");
  labels.set("job", job);
  return [...labels].sort(([a], [b]) => compareUtf8(a, b)).flat();
}

function decodeJob(text: string): string {
  try {
    return decodeUrlBase64(text);
  } catch (error) {
    throw new GroupingKeyError(`invalid base64 encoding in job name ${goQuote(text)}: ${(error as Error).message}`, { cause: error });
  }
}

function splitLabels(text: string, validation: NameValidation): Map<string, string> {
  const labels = new Map<string, string>();
  if (text.length <= 1) return labels;
  const components = text.slice(1).split("/");
  if (components.length % 2 !== 0) throw new GroupingKeyError(`odd number of components in label string ${goQuote(text)}`);
  for (let i = 0; i < components.length; i += 2) {
    const isEncoded = components[i].endsWith(BASE64_SUFFIX);
    const written = isEncoded ? components[i].slice(0, -BASE64_SUFFIX.length) : components[i];
    const name = validation === "utf8" ? unescapeName(written, "values") : written;
    if (!isValidLabelName(name, validation) || name.startsWith("__")) throw new GroupingKeyError(`improper label name ${goQuote(written)}`);
    labels.set(name, isEncoded ? decodeValue(written, components[i + 1]) : components[i + 1]);
  }
  return labels;
}

function decodeValue(name: string, text: string): string {
  try {
    return decodeUrlBase64(text);
  } catch (error) {
    throw new GroupingKeyError(`invalid base64 encoding for label ${name}=${goQuote(text)}: ${(error as Error).message}`, { cause: error });
  }
}

/**
 * The path, relative to the gateway's root, that names a group whatever its labels hold: every part is base64, so that neither slashes
 * nor empty values are lost. `readGroupingKey` of it gives the labels back.
 */
export function groupPath(labels: Labels, validation: NameValidation = "legacy"): string {
  let path = "";
  let job = "";
  for (let i = 0; i < labels.length; i += 2) {
    const value = `${Buffer.from(labels[i + 1]).toString("base64url")}=`;
    if (labels[i] === "job") job = value;
    else path += `/${validation === "utf8" ? escapeName(labels[i]) : labels[i]}${BASE64_SUFFIX}/${value}`;
  }
  return `metrics/job${BASE64_SUFFIX}/${job}${path}`;
}

function escapeName(name: string): string {
  if (/^[a-zA-Z_]\w*$/.test(name) && !name.startsWith("U__")) return name;
  return `U__${name.replace(/[^a-zA-Z0-9]/gu, (character) => (character === "_" ? "__" : `_${(character.codePointAt(0) ?? 0).toString(16)}_`))}`;
}
