import { createTimeSlice } from "@ferula/lifecycle";
import { isUtf8Name } from "@ferula/model";
import type { TargetGroup } from "../../target-group.ts";
import { createJsonReader, type JsonKind, type JsonReader } from "../json/reader.ts";
import { toTargetGroup } from "../static.ts";

/** A text may be long. No turn of the event loop takes much longer than that. */
const SLICE_MS = 10;

/** So many targets are read before the clock is. */
const TARGETS_BETWEEN = 256;

/**
 * Target groups from a JSON text, `[{"targets": ["host:port"], "labels": {"name": "value"}}]`, as Go reads them: keys in whichever case,
 * `null` for what is empty. `sourceOf` names the group at an index; `more` are labels that its source adds, whatever its own are. Rejects
 * with an Error that says where in the text the mistake is, or with what `signal` aborts with.
 */
export async function readTargetGroups(
  text: Buffer,
  sourceOf: (index: number) => string,
  more: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<readonly TargetGroup[]> {
  const json = createJsonReader(text);
  const slice = createTimeSlice(SLICE_MS);
  const groups: TargetGroup[] = [];

  async function giveWay(): Promise<void> {
    if (!slice.isSpent()) return;
    await slice.yield();
    signal.throwIfAborted();
  }

  async function readTargets(at: string): Promise<readonly string[]> {
    const targets: string[] = [];
    if (!opens(json, "a list", `${at}, targets`)) return targets;
    while (json.hasItem("]", targets.length)) {
      targets.push(stringOrNull(json, () => `${at}, targets[${targets.length}]`));
      if (targets.length % TARGETS_BETWEEN === 0) await giveWay();
    }
    return targets;
  }

  async function readGroup(index: number): Promise<TargetGroup> {
    const at = `group ${index}`;
    if (json.kind() === "null") throw json.failure(`nil target group item found: ${at} is null`);
    opens(json, "an object", at);
    let targets: readonly string[] = [];
    let labels = new Map<string, string>();
    for (let i = 0; json.hasItem("}", i); i++) {
      const key = json.key();
      const name = key.toLowerCase();
      if (name === "targets") targets = await readTargets(at);
      else if (name === "labels") labels = readLabels(json, `${at}, labels`);
      else throw json.failure(`${at}: unknown field ${JSON.stringify(key)}`);
    }
    for (const [name, label] of more) labels.set(name, label);
    return toTargetGroup({ targets, labels }, sourceOf(index));
  }

  if (opens(json, "a list", "the answer")) {
    while (json.hasItem("]", groups.length)) {
      groups.push(await readGroup(groups.length));
      await giveWay();
    }
  }
  json.end();
  return groups;
}

function readLabels(json: JsonReader, at: string): Map<string, string> {
  const labels = new Map<string, string>();
  if (!opens(json, "an object", at)) return labels;
  for (let i = 0; json.hasItem("}", i); i++) {
    const name = json.key();
    if (!isUtf8Name(name)) throw json.failure(`${at}: ${JSON.stringify(name)} is not a valid label name`);
    labels.set(
      name,
      stringOrNull(json, () => `${at}[${JSON.stringify(name)}]`),
    );
  }
  return labels;
}

/** Whether what comes next is a list, or an object, and not null; it is open then. Another kind is refused. */
function opens(json: JsonReader, wanted: JsonKind & ("a list" | "an object"), at: string): boolean {
  if (json.takeNull()) return false;
  if (json.kind() !== wanted) throw json.failure(`${at} must be ${wanted}, not ${json.kind()}`);
  json.open();
  return true;
}

function stringOrNull(json: JsonReader, at: () => string): string {
  if (json.takeNull()) return "";
  if (json.kind() !== "a string") throw json.failure(`${at()} must be a string, not ${json.kind()}`);
  return json.string();
}
