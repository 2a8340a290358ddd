import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Check, expect, peer, print, type Suite } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { type Bench, eventually, withBench } from "../../processes.ts";
import { allSamples, dumpedSamples, expectSameSamples } from "./all-samples.ts";
import { changingTarget } from "./changing-target.ts";
import { LATE_CONFIG, LATE_FLAGS, sendLate } from "./late-samples.ts";
import { openMetricsText } from "./open-metrics.ts";
import { copyOf, scraping, SHORT_BLOCKS, startOn } from "./servers.ts";

const ours = binary("prometheus");

/** Long enough for some blocks of `SHORT_BLOCKS` to be written and compacted. */
const RUN_MS = 25_000;

/** Long enough for a log with some chunks that ended. */
const SHORT_RUN_MS = 10_000;

type Ending = "SIGTERM" | "SIGKILL";

/** Both ways to end a server, at the same time: nearly all of it is waiting. */
async function afterBothEndings(check: (bench: Bench, ending: Ending) => Promise<void>): Promise<void> {
  await Promise.all((["SIGTERM", "SIGKILL"] as const).map((ending) => withBench((bench) => check(bench, ending))));
}

/** Lets `program` scrape a changing target into a new data folder, ends it, and returns the folder. */
async function scrapedFolder(bench: Bench, program: string, ending: Ending, runMs: number, flags: readonly string[] = []): Promise<string> {
  const target = await changingTarget();
  try {
    const data = join(bench.folder(), "data");
    const { program: running } = await startOn(bench, program, data, { config: scraping(target.port), flags });
    await sleep(runMs);
    if (flags === SHORT_BLOCKS) {
      await eventually("a checkpoint", () => Promise.resolve(hasCheckpoint(data) ? true : undefined));
      await sleep(2000);
    }
    await running.kill(ending);
    return data;
  } finally {
    target.close();
  }
}

/** Opens copies of `data` with both servers and compares all of what they answer. */
async function compareServers(bench: Bench, data: string, what: string, config = ""): Promise<void> {
  const endS = Math.ceil(Date.now() / 1000) + 1;
  const read = async (program: string): Promise<readonly string[]> => {
    const { url, program: running } = await startOn(bench, program, copyOf(bench, data), { config });
    const samples = await eventually("the server to answer", () => allSamples(url, endS));
    await running.kill("SIGTERM");
    return samples;
  };
  const [want, got] = [await read(peer("prometheus")), await read(ours)];
  expectSameSamples(got, want, what);
  print(`    ${want.length} samples are the same`);
}

function promtool(...args: string[]): string {
  return execFileSync(peer("promtool"), ["tsdb", ...args], { encoding: "utf8", maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
}

function hasCheckpoint(data: string): boolean {
  return readdirSync(join(data, "wal")).some((name) => /^checkpoint\.\d+$/.test(name));
}

function blocksOf(data: string): string[] {
  return readdirSync(data).filter((name) => /^[0-9A-Z]{26}$/.test(name));
}

const theirs: readonly Check[] = [
  {
    name: "blocks that promtool made of OpenMetrics",
    run: () =>
      withBench(async (bench) => {
        const folder = bench.folder();
        const data = join(folder, "data");
        mkdirSync(data);
        writeFileSync(join(folder, "in.txt"), openMetricsText());
        promtool("create-blocks-from", "openmetrics", join(folder, "in.txt"), data);
        expect(blocksOf(data).length > 2, "promtool made too few blocks");
        await compareServers(bench, data, "blocks of promtool");
      }),
  },
  {
    name: "a log of Debian's server after SIGTERM, and after SIGKILL",
    run: () =>
      afterBothEndings(async (bench, ending) => {
        const data = await scrapedFolder(bench, peer("prometheus"), ending, SHORT_RUN_MS);
        await compareServers(bench, data, `a log after ${ending}`);
      }),
  },
  {
    name: "blocks, head chunks, checkpoint and log of Debian's server",
    run: () =>
      withBench(async (bench) => {
        const data = await scrapedFolder(bench, peer("prometheus"), "SIGKILL", RUN_MS, SHORT_BLOCKS);
        expect(blocksOf(data).length > 0, "Debian's server wrote no block");
        await compareServers(bench, data, "a whole folder");
      }),
  },
];

/** Each server's own log of late samples and their chunks, opened by both. */
const late: readonly Check[] = [
  { name: "Debian's server", program: () => peer("prometheus") },
  { name: "ours", program: () => ours },
].map(({ name, program }) => ({
  name: `samples out of order that ${name} took, after SIGTERM and after SIGKILL`,
  run: () =>
    afterBothEndings(async (bench, ending) => {
      const data = join(bench.folder(), "data");
      const { url, program: running } = await startOn(bench, program(), data, { config: LATE_CONFIG, flags: LATE_FLAGS });
      await sendLate(url);
      await running.kill(ending);
      expect(readdirSync(join(data, "wbl")).length > 0, "there is no log of samples out of order");
      await compareServers(bench, data, `samples out of order after ${ending}`, LATE_CONFIG);
    }),
}));

const whole: Check = {
  name: "a folder of ours after SIGTERM, and after SIGKILL: promtool lists, analyses and dumps it, Debian's server answers the same",
  run: () =>
    afterBothEndings(async (bench, ending) => {
      const data = await scrapedFolder(bench, ours, ending, RUN_MS, SHORT_BLOCKS);
      const blocks = blocksOf(data);
      expect(blocks.length > 0, "no block was written");
      expect(readdirSync(join(data, "chunks_head")).length > 0, "there are no head chunks");
      const listed = promtool("list", copyOf(bench, data));
      for (const ulid of blocks) {
        expect(listed.includes(ulid), `promtool does not list ${ulid}:\n${listed}`);
        expect(promtool("analyze", data, ulid).includes(`Block ID: ${ulid}`), `promtool can't analyse ${ulid}`);
      }
      await compareDump(bench, data);
      await compareServers(bench, data, `a folder of ours after ${ending}`);
    }),
};

/** What promtool dumps is what our server answers. Stale markers are NaN in a dump and nothing in an answer. */
async function compareDump(bench: Bench, data: string): Promise<void> {
  const dumped = dumpedSamples(promtool("dump", copyOf(bench, data)));
  const { url, program } = await startOn(bench, ours, copyOf(bench, data));
  const answered = await eventually("the server to answer", () => allSamples(url, Math.ceil(Date.now() / 1000) + 1));
  await program.kill("SIGTERM");
  const isNaNLine = (line: string): boolean => line.includes(" NaN@");
  const answeredNaNs = new Set(answered.filter(isNaNLine));
  expectSameSamples(
    answered,
    dumped.filter((line) => !isNaNLine(line) || answeredNaNs.has(line)),
    "a dump of ours",
  );
  print(`    ${dumped.length} samples dumped`);
}

const passedOn: Check = {
  name: "a folder goes from Debian's server to ours and back; each adds to it, and no sample is lost",
  run: () =>
    withBench(async (bench) => {
      const target = await changingTarget();
      try {
        const data = join(bench.folder(), "data");
        let before: readonly string[] = [];
        for (const program of [peer("prometheus"), ours, peer("prometheus"), ours]) {
          const { url, program: running } = await startOn(bench, program, data, { config: scraping(target.port), flags: SHORT_BLOCKS });
          const nowS = (): number => Math.ceil(Date.now() / 1000) + 1;
          const found = new Set(await eventually("the server to answer", () => allSamples(url, nowS())));
          const lost = before.filter((line) => !found.has(line));
          expect(lost.length === 0, `${lost.length} of ${before.length} samples are lost, ${lost.slice(0, 3).join("; ")}`);
          await sleep(SHORT_RUN_MS);
          before = await allSamples(url, nowS());
          await running.kill("SIGTERM");
        }
        print(`    ${before.length} samples at the end`);
      } finally {
        target.close();
      }
    }),
};

export const tsdb: Suite = {
  name: "tsdb",
  about: "a data folder of Debian's server opens in ours and ours in it, with the same samples",
  atOnce: 3,
  checks: () => [...theirs, ...late, whole, passedOn],
};
