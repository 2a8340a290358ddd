import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadTemplates, type NotificationData, type Templates } from "@ferula/notify";
import { expect, peer, print, type Suite } from "../harness.ts";
import { definitions, notification, notificationJson, renderings, versionDifferences, type Rendering } from "./templates/renderings.ts";

/** A rendered text, or what the program says instead, without its own name before it. */
interface Outcome {
  readonly text?: string;
  readonly error?: string;
}

/** Holds our rendering of notification templates against that of Debian's amtool. */
export const templates: Suite = {
  name: "templates",
  about: "notification templates render as amtool renders them, mistakes included",
  checks: () => [{ name: "amtool template render", run: compareAll }],
};

function compareAll(): void {
  const amtool = peer("amtool");
  const folder = mkdtempSync(join(tmpdir(), "ferula-templates-"));
  try {
    const definitionsFile = join(folder, "definitions.tmpl");
    const dataFile = join(folder, "data.json");
    writeFileSync(definitionsFile, definitions);
    writeFileSync(dataFile, JSON.stringify(notificationJson));
    const ours = loadTemplates([definitionsFile], Date.now);
    const differences = renderings.flatMap((rendering) => {
      const theirs = renderWithAmtool(amtool, [`--template.glob=${definitionsFile}`, `--template.data=${dataFile}`], rendering);
      return differenceOf(rendering, theirs, renderOurs(ours, notification, rendering));
    });
    report(differences);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Difference {
  readonly rendering: Rendering;
  readonly described: string;
}

function differenceOf(rendering: Rendering, theirs: Outcome, ours: Outcome): readonly Difference[] {
  if (theirs.text === ours.text && theirs.error === ours.error) return [];
  return [{ rendering, described: `${rendering.text}\n  amtool: ${JSON.stringify(theirs)}\n  ours:   ${JSON.stringify(ours)}` }];
}

/** A known difference that is none any more fails, too: its row has to go. */
function report(differences: readonly Difference[]): void {
  const known = differences.filter(({ rendering }) => versionDifferences.has(rendering.text));
  const unknown = differences.filter(({ rendering }) => !versionDifferences.has(rendering.text));
  const agreed = [...versionDifferences.keys()].filter((text) => !known.some(({ rendering }) => rendering.text === text));
  print(`  agreement: ${renderings.length - differences.length} of ${renderings.length}`);
  for (const { rendering } of known) print(`    ${rendering.text}: ${versionDifferences.get(rendering.text)}`);
  expect(unknown.length === 0, `${unknown.length} renderings differ:\n${unknown.map(({ described }) => described).join("\n")}`);
  expect(agreed.length === 0, `no difference any more, or no such rendering: ${agreed.join(", ")}`);
}

function renderWithAmtool(amtool: string, files: readonly string[], { text, kind }: Rendering): Outcome {
  const args = ["template", "render", ...files, `--template.type=${kind}`, `--template.text=${text}`];
  const { status, stdout, stderr, error } = spawnSync(amtool, args, { encoding: "utf8", timeout: 20_000 });
  if (error) throw error;
  if (status === 0) return { text: stdout };
  return { error: stderr.replace(/^amtool: error: /, "").trimEnd() };
}

function renderOurs(ours: Templates, data: NotificationData, { text, kind }: Rendering): Outcome {
  try {
    return { text: ours[kind](text, data) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}
