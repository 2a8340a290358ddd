import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "@ferula/test-kit/outside-jest";
import { expect, option, peer, print, type Suite } from "../../harness.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { binary } from "../../paths.ts";
import { type Bench, untilReady, withBench } from "../../processes.ts";
import { allCases } from "./cases/index.ts";
import { type Change, changesSince } from "./changes.ts";
import { type Difference, differences } from "./compare.ts";
import { casesOf, configuration, INTERVAL_MS, type Version } from "./configuration.ts";
import { startExporter } from "./exporter.ts";
import { ask, observe, type Observation, watchErrors } from "./observe.ts";
import type { ScrapeCase } from "./scrape-case.ts";

/** In 3.x the configuration says the rest. */
const FEATURES: Readonly<Record<Version, string>> = {
  2: "native-histograms,exemplar-storage,extra-scrape-metrics",
  3: "exemplar-storage",
};
/** Several looks a scrape, so that none is missed. */
const LOOK_EVERY_MS = 200;
/** All steps, and what a busy machine adds. */
const MOST_MS = 60_000;
/** Behind the reload: news of targets wait for up to 5 s, and the markers of one that has gone are written two intervals later. */
const AFTER_RELOAD_MS = 9 * INTERVAL_MS;
const LINES_SHOWN = 6;
/** So often a case may differ before it counts. */
const ROUNDS = 3;

/** Holds what is stored of scrapes against another build of Prometheus on the same bodies. */
export const scrape: Suite = {
  name: "scrape",
  // Scrapes have a second.
  alone: true,
  about: "scripted targets leave the same series in a Prometheus (`--peer PATH` of 2.x or 3.x; `--case NAME`, or what names begin with)",
  checks: (args) => {
    const run = (): Promise<void> => {
      const program = option(args, "peer") ?? peer("prometheus");
      const version = majorVersionOf(program);
      const only = option(args, "case");
      const cases = casesOf(allCases, version).filter(({ name }) => only === undefined || name === only || name.startsWith(`${only}-`));
      expect(cases.length > 0, `there is no case ${only}`);
      return compareServers(program, version, cases, only === undefined);
    };
    return [{ name: "scripted targets leave the same series", run }];
  },
};

/**
 * Compares once, and again what differs without a reason: on a busy machine a scrape may miss its deadline for once, and what is different
 * is so each time.
 */
async function compareServers(program: string, version: Version, cases: readonly ScrapeCase[], isWhole: boolean): Promise<void> {
  const found = await compareOnce(program, version, cases);
  const differing = new Set(found.map(({ name }) => name));
  print(`    ${program}: ${cases.length - differing.size} of ${cases.length} cases are the same at once`);
  const explained = new Map(changesSince[version].map((change) => [change, 0]));
  let unexplained = explain(found, explained);
  for (let round = 1; round < ROUNDS && unexplained.length > 0; round++) {
    const again = new Set(unexplained.map(({ name }) => name));
    unexplained = explain(
      await compareOnce(
        program,
        version,
        cases.filter(({ name }) => again.has(name)),
      ),
      explained,
    );
  }
  judge(unexplained, explained, isWhole);
}

/** The differences that no change explains; the others are counted. */
function explain(found: readonly Difference[], counts: Map<Change, number>): readonly Difference[] {
  return found.filter((difference) => {
    const change = [...counts.keys()].find(({ explains }) => explains(difference));
    if (change !== undefined) counts.set(change, (counts.get(change) ?? 0) + 1);
    return change === undefined;
  });
}

async function compareOnce(program: string, version: Version, cases: readonly ScrapeCase[]): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  for (const features of new Set(cases.map((one) => one.features))) {
    const group = cases.filter((one) => one.features === features);
    found.push(...(await compareGroup(program, version, group, features)));
  }
  return found;
}

/** Compares cases for which the servers have the same features. */
async function compareGroup(
  program: string,
  version: Version,
  cases: readonly ScrapeCase[],
  features: string | undefined,
): Promise<readonly Difference[]> {
  const found: Difference[] = [];
  await withBench(async (bench) => {
    // A whole second, of which floats of seconds have exact milliseconds.
    const baseMs = Math.floor(Date.now() / 1000) * 1000;
    const [ours, theirs] = await Promise.all([
      scrapeAll(bench, { program: binary("prometheus"), version: 3, features }, cases, baseMs),
      scrapeAll(bench, { program, version, features }, cases, baseMs),
    ]);
    for (const { name } of cases) found.push(...differences(name, ours.get(name) as Observation, theirs.get(name) as Observation, version));
  });
  return found;
}

/** A build of Prometheus, and what is switched on in it. */
interface Build {
  readonly program: string;
  readonly version: Version;
  readonly features: string | undefined;
}

/** Lets a server scrape all steps of the cases, reloads it, and reads what it has stored. */
async function scrapeAll(
  bench: Bench,
  { program, version, features }: Build,
  cases: readonly ScrapeCase[],
  baseMs: number,
): Promise<ReadonlyMap<string, Observation>> {
  const exporter = await startExporter(cases, baseMs);
  try {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const configFile = join(bench.folder(), "prometheus.yml");
    const dataFolder = join(bench.folder(), "data");
    writeFileSync(configFile, configuration(cases, exporter.port, version, false));
    const started = await bench.start(program, [
      `--config.file=${configFile}`,
      `--storage.tsdb.path=${dataFolder}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--enable-feature=${FEATURES[version]}`,
      ...(features === undefined ? [] : [`--enable-feature=${features}`]),
      "--web.enable-lifecycle",
      "--scrape.discovery-reload-interval=1s",
    ]);
    await untilReady(url, started);
    const watcher = watchErrors(url);
    const steps = new Map(cases.map(({ name, steps: all }) => [name, all.length]));
    await untilScraped(url, cases, watcher.look);
    writeFileSync(configFile, configuration(cases, exporter.port, version, true));
    const reloaded = await fetch(`${url}/-/reload`, { method: "POST" });
    expect(reloaded.status === 200, `reload: ${reloaded.status} ${await reloaded.text()}`);
    await sleep(AFTER_RELOAD_MS);
    return await observe({ url, dataFolder, watcher, stop: started.kill }, steps, baseMs);
  } finally {
    exporter.close();
  }
}

/** Until each target was scraped more often than its case has steps. */
async function untilScraped(url: string, cases: readonly ScrapeCase[], look: () => Promise<void>): Promise<void> {
  const deadlineMs = Date.now() + MOST_MS;
  for (;;) {
    await look();
    const query = new URLSearchParams({ query: "min by (case) (max by (case, target) (count_over_time(up[10m])))" });
    const { result } = await ask<{
      readonly result: readonly { readonly metric: { readonly case: string }; readonly value: [number, string] }[];
    }>(url, `query?${query}`);
    const counts = new Map(result.map(({ metric, value }) => [metric.case, Number(value[1])]));
    const late = cases.filter(({ name, steps }) => (counts.get(name) ?? 0) <= steps.length);
    if (late.length === 0) return;
    expect(Date.now() < deadlineMs, `not scraped in time: ${late.map(({ name }) => name).join(", ")}`);
    await sleep(LOOK_EVERY_MS);
  }
}

/** Prints how many differences each change explains, and throws those that none does, and the changes that explain nothing any more. */
function judge(unexplained: readonly Difference[], explained: ReadonlyMap<Change, number>, isWhole: boolean): void {
  for (const [{ what, isFault }, count] of explained) {
    if (count > 0) print(`      ${count} differ by ${isFault === true ? "a fault of ours" : "design"}: ${what}`);
  }
  const idle = isWhole ? [...explained].filter(([, count]) => count === 0).map(([{ what }]) => `nothing differs any more by: ${what}`) : [];
  const lines = [...unexplained.map(describe), ...idle];
  // The list says where; a stack would say it of the runner.
  const error = new Error(`${unexplained.length} differences, theirs with -, ours with +\n${lines.join("\n")}`);
  if (lines.length > 0) throw Object.assign(error, { stack: undefined });
}

function describe({ name, aspect, missing, surplus }: Difference): string {
  const shown = (lines: readonly string[], mark: string): readonly string[] => [
    ...lines.slice(0, LINES_SHOWN).map((line) => `  ${mark} ${line}`),
    ...(lines.length > LINES_SHOWN ? [`  ${mark} … ${lines.length} in all`] : []),
  ];
  return [`${name}, ${aspect}:`, ...shown(missing, "-"), ...shown(surplus, "+")].join("\n");
}
