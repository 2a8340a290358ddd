import { spawnSync } from "node:child_process";
import { existsSync, rmSync, statfsSync, writeSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { auditLedger, emptyTally, expectAcknowledged, expectSound, matrix, serverSource } from "../durability/audit.ts";
import { type ScrapeTarget, startScrapeTarget } from "../durability/scrape-target.ts";
import { createSenders, LATE_MS, METRIC, type Sender, sendUntil, type WriteAnswer } from "../durability/senders.ts";
import { countFiles, prepareServer, type ServerPlace } from "../durability/start-server.ts";
import { expect, print, skip, type Suite } from "../harness.ts";
import { eventually, type Program, untilReady, withBench } from "../processes.ts";

/** Small, and still more than half a minute of writing. */
const DISK_MEBIBYTES = 192;
/** Blocks are made before the disk is full, and are due again while it is. */
const BEFORE_MS = 20_000;
const FULL_MS = 12_000;
const AFTER_MS = 12_000;
/** What the server may take at most (spec/reliability.md R3). */
const REFUSED_WITHIN_MS = 1000;
const RESUMED_WITHIN_MS = 10_000;
const PAUSE_MS = 20;

export const diskFull: Suite = {
  name: "disk-full",
  about: "a full disk refuses writes, keeps what was acknowledged, answers queries, and resumes by itself",
  alone: true,
  checks: () => [
    {
      name: `a disk of ${DISK_MEBIBYTES} MiB that is full for ${FULL_MS / 1000} s`,
      run: () =>
        withBench(async (bench) => {
          const disk = bench.folder();
          mountSmallDisk(disk);
          const target = await startScrapeTarget();
          try {
            const place = await prepareServer(bench, target.port, join(disk, "data"));
            const program = await place.start();
            await runOnFullDisk({ place, target, program, disk, senders: createSenders() });
            await program.kill("SIGKILL");
          } finally {
            target.close();
            spawnSync("umount", ["--lazy", disk]);
          }
        }),
    },
  ],
};

function mountSmallDisk(folder: string): void {
  const { status, stderr, error } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK_MEBIBYTES}m`, "tmpfs", folder], {
    encoding: "utf8",
  });
  if (status !== 0) skip(`a tmpfs can't be mounted here: ${error?.message ?? stderr.trim()}`);
}

interface Run {
  readonly place: ServerPlace;
  readonly target: ScrapeTarget;
  readonly program: Program;
  readonly disk: string;
  readonly senders: readonly Sender[];
}

/** Answers with the time at which they came. */
type TimedAnswer = WriteAnswer & { readonly atMs: number };

async function runOnFullDisk(run: Run): Promise<void> {
  const { place, target, program, disk, senders } = run;
  const beganMs = Date.now() - LATE_MS;
  await untilReady(place.url, program);
  const answers: TimedAnswer[] = [];
  const stop = new AbortController();
  const load = Promise.all(
    senders.map((sender) => sendUntil(stop.signal, place.url, sender, PAUSE_MS, (answer) => answers.push({ ...answer, atMs: Date.now() }))),
  );
  await sleep(BEFORE_MS);
  expectAnswered(answers, "before the disk was full");
  print(`    before: ${countFiles(place.dataFolder)}`);

  const fullMs = Date.now();
  await holdDiskFull(join(disk, "ballast"), disk);
  print(`    full: ${countFiles(place.dataFolder)}`);
  await expectReadable(run, beganMs);
  rmSync(join(disk, "ballast"));
  const freedMs = Date.now();
  const refusedMs = expectRefused(answers.filter(({ atMs }) => atMs > fullMs));

  const resumedMs = await untilResumed(run, answers, freedMs);
  await sleep(AFTER_MS);
  stop.abort();
  await load;
  expect(!program.hasEnded(), `the server has ended:\n${program.output()}`);
  await target.noteShown(place.url, Date.now() - 5000);
  await auditAll(run, beganMs, "on the running server");
  print(`    refused after ${refusedMs} ms at most; resumed after ${resumedMs} ms; ${countFiles(place.dataFolder)}`);

  await program.kill("SIGKILL");
  const restarted = await place.start();
  await untilReady(place.url, restarted);
  const tally = await auditAll({ ...run, program: restarted }, beganMs, "after kill -9 and another start");
  expectAcknowledged(senders.map(({ ledger }) => ledger));
  print(`    acknowledged or shown: ${tally.acknowledged}; lost: ${tally.lost}; phantom: ${tally.phantom}`);
  await restarted.kill();
}

/** Fills the disk, and fills it again whenever the server has freed some of it. */
async function holdDiskFull(ballast: string, disk: string): Promise<void> {
  const block = Buffer.alloc(65_536, 1);
  const endMs = Date.now() + FULL_MS;
  while (Date.now() < endMs) {
    const file = openSync(ballast, "a");
    try {
      while (statfsSync(disk).bavail > 0) writeSync(file, block);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
    } finally {
      closeSync(file);
    }
    await sleep(50);
  }
  expect(existsSync(ballast), "the disk was not filled");
}

function expectAnswered(answers: readonly TimedAnswer[], when: string): void {
  const wrong = answers.find(({ status }) => status !== 204);
  expect(answers.length > 0 && wrong === undefined, `${when}: ${wrong?.status} ${wrong?.text}`);
}

/** Once the disk is full no write is acknowledged, each hears so soon, and as a failure of the server. Returns the slowest answer. */
function expectRefused(answers: readonly TimedAnswer[]): number {
  const refused = answers.filter(({ status }) => status !== 204);
  const wrong = refused.find(({ status }) => status < 500);
  expect(refused.length > 0, "no write was refused while the disk was full");
  expect(wrong === undefined, `a write was answered with ${wrong?.status} ${wrong?.text} while the disk was full`);
  const slowest = refused.toSorted((a, b) => b.tookMs - a.tookMs)[0];
  expect(slowest.tookMs < REFUSED_WITHIN_MS, `a write was refused only after ${slowest.tookMs} ms`);
  print(`    ${refused.length} writes were refused: ${slowest.text.trim()}`);
  return Math.round(slowest.tookMs);
}

async function expectReadable({ place, senders, target, program }: Run, beganMs: number): Promise<void> {
  expect(!program.hasEnded(), `the server has ended:\n${program.output()}`);
  const rows = await matrix(place.url, `${METRIC}{sender="${senders[0].ledger.sender}"}`, beganMs, Date.now());
  expect(rows.length > 0, "nothing could be read while the disk was full");
  await target.noteShown(place.url, beganMs);
  await auditAll({ place, senders, target, program }, beganMs, "while the disk was full");
}

/** How long it took until every sender was acknowledged again and a new scrape shows. */
async function untilResumed({ place, target, senders }: Run, answers: readonly TimedAnswer[], freedMs: number): Promise<number> {
  await eventually(
    "writes to be acknowledged again",
    async () => (senders.every(({ ledger }) => ledger.requests.at(-2)?.isAcknowledged === true) ? true : undefined),
    RESUMED_WITHIN_MS,
  );
  await eventually("scrapes to be stored again", async () => (await target.newestMs(place.url)) > freedMs || undefined, RESUMED_WITHIN_MS);
  const resumedMs = Date.now() - freedMs;
  expect(resumedMs < RESUMED_WITHIN_MS, `ingestion resumed only after ${resumedMs} ms`);
  expect(
    answers.some(({ atMs, status }) => atMs > freedMs && status === 204),
    "no write was acknowledged",
  );
  return resumedMs;
}

async function auditAll(
  { place, senders, target, program }: Omit<Run, "disk">,
  beganMs: number,
  when: string,
): Promise<ReturnType<typeof emptyTally>> {
  const tally = emptyTally();
  for (const { ledger } of senders) await auditLedger(serverSource(place.url), ledger, beganMs, Date.now(), tally);
  await target.audit(place.url, beganMs, tally);
  expectSound(tally, when, program.output);
  return tally;
}
