import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { defaultRuleSyntax, readRuleFile } from "@ferula/rules";

/** What a program finds wrong with a file, without the file's name; empty when it takes it. */
export type Verdict = readonly string[];

/** Ours. Debian's promtool knows only the older alphabet of names. */
export function ourVerdict(path: string): Verdict {
  try {
    readRuleFile(readFileSync(path, "utf8"), path, { ...defaultRuleSyntax, names: "legacy" });
    return [];
  } catch (error) {
    return partsOf(`\n${(error as Error).message}`, path);
  }
}

/** Those of `promtool check rules`, which goes through all files in one run. */
export function promtoolVerdicts(promtool: string, paths: readonly string[]): ReadonlyMap<string, Verdict> {
  const { stderr } = spawnSync(promtool, ["check", "rules", "--lint=none", ...paths], { encoding: "utf8", maxBuffer: 1 << 28 });
  const told = `\n${stderr.replaceAll(/^ {2}FAILED:\n/gm, "\0\n")}`.split("\0").slice(1);
  const verdicts = new Map<string, Verdict>(paths.map((path) => [path, []]));
  for (const text of told) {
    const path = paths.find((one) => text.startsWith(`\n${one}: `));
    if (path === undefined) throw new Error(`promtool tells of no file that it was asked about: ${text}`);
    verdicts.set(path, partsOf(text, path));
  }
  return verdicts;
}

function partsOf(text: string, path: string): Verdict {
  return text
    .split(`\n${path}: `)
    .slice(1)
    .map((part) => part.trimEnd());
}

const PLACE = /^(?:\d+:\d+: )+/;
/** What upstream tells of the form of a file, before it looks at the rules. */
const OF_FORM = /^(?:yaml: |not a valid duration string|empty duration string|unknown unit|duration out of range)/;

/** In what two verdicts differ; undefined when they are the same. Of YAML that can't be parsed only that is compared. */
export function differenceOf(ours: Verdict, theirs: Verdict): string | undefined {
  if ((ours.length === 0) !== (theirs.length === 0)) return ours.length === 0 ? "only promtool refuses it" : "only we refuse it";
  if (theirs.some((one) => OF_FORM.test(one))) return formDifference(ours, theirs);
  const reasons = (verdict: Verdict): string =>
    verdict
      .map((one) => one.replace(PLACE, "").trimEnd())
      .toSorted()
      .join("\n");
  if (reasons(ours) !== reasons(theirs)) return "the mistakes differ";
  const told = new Set(ours.map((one) => one.trimEnd()));
  // A place that upstream does not tell, or tells as 0:0, is ours to find.
  return theirs.every((one) => !PLACE.test(one) || one.includes("0:0: ") || told.has(one)) ? undefined : "the places differ";
}

/** Upstream reads a file twice, and tells most mistakes of form twice, with their lines. */
function formDifference(ours: Verdict, theirs: Verdict): string | undefined {
  if (ours.some((one) => one.includes(': group "'))) return "we take the form, and mind the rules";
  const lines = new Set(theirs.flatMap((one) => [...one.matchAll(/^ {2}line (\d+): /gm)].map(([, line]) => Number(line))));
  const own = new Set(ours.map((one) => Number.parseInt(one, 10)));
  return lines.size === 0 || [...lines].every((line) => own.has(line)) ? undefined : "the lines differ";
}
