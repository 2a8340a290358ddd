import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, peer, print, skip, type Suite } from "../../harness.ts";
import { dataFolder } from "../../paths.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { mutants } from "./mutants.ts";
import { newSince2 } from "./new-since-2.ts";
import { differenceOf, ourVerdict, promtoolVerdicts } from "./verdicts.ts";

/** Holds the reader of rule files against Debian's promtool. */
export const rules: Suite = {
  name: "rules",
  about: "rule files, good and broken, are taken and refused as promtool does, with its mistakes and their places",
  checks: () => [
    { name: "upstream's rule files", run: () => compare(upstreamFiles()) },
    { name: "a rule file in hundreds of broken forms", run: compareMutants },
  ],
};

function upstreamFiles(): readonly string[] {
  if (dataFolder === undefined) return skip("../shared/conformance is not there");
  const folder = join(dataFolder, "rules");
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  expect(files.length > 0, `${folder} holds no rule file`);
  return files.map((file) => join(folder, file));
}

function compareMutants(): void {
  const folder = mkdtempSync(join(tmpdir(), "ferula-rules-"));
  try {
    const paths = mutants().map(({ name, text }) => {
      const path = join(folder, name);
      writeFileSync(path, text);
      return path;
    });
    const explained = compare(paths);
    const idle = newSince2.filter(({ what }) => !explained.has(what)).map(({ what }) => what);
    expect(idle.length === 0, `these explain no difference any more: ${idle.join("; ")}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compares all files; gives how often each change of the table was needed. */
function compare(paths: readonly string[]): ReadonlyMap<string, number> {
  const promtool = peer("promtool");
  const isOld = majorVersionOf(promtool) === 2;
  const theirs = promtoolVerdicts(promtool, paths);
  const explained = new Map<string, number>();
  const unknown: string[] = [];
  for (const path of paths) {
    const ours = ourVerdict(path);
    const told = theirs.get(path) ?? [];
    const difference = differenceOf(ours, told);
    if (difference === undefined) continue;
    const change = isOld ? newSince2.find(({ explains }) => explains(ours, told)) : undefined;
    if (change === undefined)
      unknown.push(`${path}: ${difference}\n  promtool: ${JSON.stringify(told)}\n  ours:     ${JSON.stringify(ours)}`);
    else explained.set(change.what, (explained.get(change.what) ?? 0) + 1);
  }
  const refused = [...theirs.values()].filter((verdict) => verdict.length > 0).length;
  print(`  ${paths.length} files, of which promtool refuses ${refused}`);
  for (const [what, count] of explained) print(`    ${count} differ: ${what}`);
  expect(unknown.length === 0, `${unknown.length} differ without a reason:\n${unknown.join("\n")}`);
  return explained;
}
