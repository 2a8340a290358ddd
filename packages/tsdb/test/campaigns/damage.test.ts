import { expect, test } from "@jest/globals";
import { type FaultyFiles, flipBit, type Files } from "@ferula/files";
import { createLogger, type Logger } from "@ferula/logging";
import { isPromError } from "@ferula/model";
import { type Db, type TsdbOptions } from "../../src/index.ts";
import { metricValue, openTestDb, testDisk } from "../support.ts";
import { PAGE_BYTES } from "../../src/wal/format.ts";
import { SegmentReader } from "../../src/wal/segment-reader.ts";
import { damagedPage, type MayBeLost } from "./damaged-page.ts";
import { type Contents, contentsOf, diskWith } from "./disk-copy.ts";
import { chosenCases } from "./extent.ts";
import type { Findings, Ledger } from "./ledger.ts";
import { createLedger } from "./ledger.ts";
import { random } from "./random.ts";
import { DAY_OPTIONS, goOn, runDay } from "./scripted-day.ts";

interface Kind {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly options: Partial<TsdbOptions>;
  /** The log of which one page is hit: only what is on it may be lost. */
  readonly log?: string;
}

const withSnapshot = { ...DAY_OPTIONS, snapshotOnClose: true };

const kinds: readonly Kind[] = [
  { kind: "the log", pattern: /\/wal\/\d{8}$/, options: DAY_OPTIONS, log: "/data/wal" },
  { kind: "a checkpoint", pattern: /\/wal\/checkpoint\.\d{8}\/\d{8}$/, options: DAY_OPTIONS, log: "/data/wal" },
  { kind: "the log of samples out of order", pattern: /\/wbl\/\d{8}$/, options: DAY_OPTIONS, log: "/data/wal" },
  { kind: "a head chunk file", pattern: /\/chunks_head\/\d{6}$/, options: DAY_OPTIONS },
  { kind: "a memory snapshot", pattern: /\/chunk_snapshot\.[0-9.]+\/\d{8}$/, options: withSnapshot },
  { kind: "the log behind a memory snapshot", pattern: /\/wal\/\d{8}$/, options: withSnapshot },
  { kind: "a block's index", pattern: /\/[0-9A-Z]{26}\/index$/, options: DAY_OPTIONS },
  { kind: "a block's chunks", pattern: /\/[0-9A-Z]{26}\/chunks\/\d{6}$/, options: DAY_OPTIONS },
  { kind: "a block's description", pattern: /\/[0-9A-Z]{26}\/meta\.json$/, options: DAY_OPTIONS },
  { kind: "a block's tombstones", pattern: /\/[0-9A-Z]{26}\/tombstones$/, options: DAY_OPTIONS },
];

/** A day's folder as a kill leaves it. */
interface KilledDay {
  readonly ledger: Ledger;
  readonly contents: Contents;
  readonly files: FaultyFiles;
}

/** A day is lived once for all kinds with its options: each damages copies of what it left. */
const killedDays: Map<Kind["options"], Promise<KilledDay>> = new Map();

async function liveDay(options: Kind["options"]): Promise<KilledDay> {
  const files = testDisk();
  const ledger = createLedger();
  await runDay(files, ledger, options);
  return { files, ledger, contents: contentsOf(files, "/data") };
}

/** The day of a kind, and the files of the kind that are not empty, oldest first. */
async function killedDay({ options, pattern }: Kind): Promise<KilledDay & { readonly chosen: readonly string[] }> {
  const living = killedDays.get(options) ?? liveDay(options);
  killedDays.set(options, living);
  const day = await living;
  const chosen = [...day.contents].filter(([path, { length }]) => pattern.test(path) && length > 0).map(([path]) => path);
  expect(chosen.length).toBeGreaterThan(0);
  return { ...day, chosen };
}

/** What a database said of damage: warnings and errors in its log, and a number in its metrics. */
interface Told {
  readonly logger: Logger;
  readonly lines: string[];
}

function createTold(): Told {
  const lines: string[] = [];
  return { lines, logger: createLogger({ level: "warn", write: (line) => void lines.push(line) }) };
}

const DAMAGE_METRICS = [
  "prometheus_tsdb_wal_corruptions_total",
  "prometheus_tsdb_wal_replay_unknown_refs_total",
  "prometheus_tsdb_mmap_chunk_corruptions_total",
  "prometheus_tsdb_snapshot_replay_error_total",
  "prometheus_tsdb_blocks_unreadable",
  "prometheus_tsdb_compactions_failed_total",
];

function isTold(db: Db, { lines }: Told): boolean {
  return lines.length > 0 && DAMAGE_METRICS.some((name) => metricValue(db, name) > 0);
}

/** Undefined when reading failed and said so. */
function findings(ledger: Ledger, db: Db): Findings | undefined {
  try {
    return ledger.compare(db);
  } catch (error) {
    if (!isPromError(error)) throw error;
    expect(error.errorType).toBe("internal");
    return undefined;
  }
}

/** Opens what is damaged, goes on with it and opens it once more. `mayBeLost` says what may be missing, once it is told. */
async function check(damaged: FaultyFiles, { options }: Kind, ledger: Ledger, place: string, mayBeLost: MayBeLost): Promise<void> {
  const told = createTold();
  const db = await openTestDb(damaged, { ...options, logger: told.logger });
  const first = findings(ledger, db);
  if (first !== undefined) {
    const { wrong, undeleted, lost } = first;
    expect([place, wrong]).toEqual([place, []]);
    expect([place, lost.filter((one) => !mayBeLost(one))]).toEqual([place, []]);
    if (lost.length + undeleted.length > 0)
      expect([place, isTold(db, told), lost, undeleted, told.lines]).toEqual([place, true, lost, undeleted, told.lines]);
  }
  const later = createLedger();
  goOn(db, {
    ...later,
    sent(samples) {
      ledger.sent(samples);
      later.sent(samples);
    },
  });
  // What can't be read is not merged with others; that is told.
  await db.maintain().catch((error: unknown) => expect(isPromError(error)).toBe(true));
  await db.close();
  const again = await openTestDb(damaged, options);
  expect([place, findings(ledger, again)?.wrong ?? []]).toEqual([place, []]);
  expect([place, findings(later, again)?.lost ?? []]).toEqual([place, []]);
  await again.close();
}

const FLIPS = 1000;
const all: MayBeLost = () => true;

test.each(kinds)(
  "flipped bits in $kind: every start succeeds, what is lost is told, nothing wrong is answered",
  async (kind) => {
    const { files, ledger, contents, chosen } = await killedDay(kind);
    for (const flip of chosenCases(FLIPS, 4)) {
      const next = random(flip * 7919 + 1);
      const path = chosen[Math.trunc(next() * chosen.length)];
      const bit = Math.trunc(next() * (contents.get(path)?.length ?? 0) * 8);
      const damaged = diskWith(contents);
      damaged.corrupt(path, flipBit(bit));
      const mayBeLost = kind.log === undefined ? all : damagedPage(files, kind.log, path, bit >> 3);
      await check(damaged, kind, ledger, `${path} bit ${bit}`, mayBeLost);
    }
  },
  7_200_000,
);

const nothing: Findings = { wrong: [], undeleted: [], lost: [] };

const LAST_BYTES = 65_536;

/** Whether a log that ends here can't be told from one that was never longer: it ends with a record. */
function endsWithRecord(files: Files, path: string): boolean {
  const file = files.open(path, "read");
  const reader = new SegmentReader(file, path);
  while (reader.next());
  file.close();
  return /\/(wal|wbl)\/\d{8}$/.test(path) && reader.damages.length === 0;
}

test("a checkpoint that ends behind any of its records, but not with a page, is told of", async () => {
  const [, checkpoint] = kinds;
  const { files, contents, chosen } = await killedDay(checkpoint);
  const path = chosen[0];
  const file = files.open(path, "read");
  const reader = new SegmentReader(file, path);
  const ends: number[] = [];
  while (reader.next()) if (reader.offset % PAGE_BYTES !== 0) ends.push(reader.offset);
  file.close();
  expect(ends.length).toBeGreaterThan(3);
  for (const n of chosenCases(ends.length, 4)) {
    const damaged = diskWith(contents);
    damaged.corrupt(path, (content) => content.subarray(0, ends[n]));
    const db = await openTestDb(damaged, checkpoint.options);
    expect([ends[n], metricValue(db, "prometheus_tsdb_wal_corruptions_total")]).toEqual([ends[n], 1]);
    await db.close();
  }
});

test("a checkpoint of which nothing is left is told of by what refers to its series", async () => {
  const [, checkpoint] = kinds;
  const { contents, chosen } = await killedDay(checkpoint);
  const damaged = diskWith(contents);
  for (const path of chosen) damaged.corrupt(path, (content) => content.subarray(0, 0));
  const told = createTold();
  const db = await openTestDb(damaged, { ...checkpoint.options, logger: told.logger });
  expect(metricValue(db, "prometheus_tsdb_wal_replay_unknown_refs_total")).toBeGreaterThan(0);
  expect(told.lines.join("")).toContain("Unknown series references");
  await db.close();
});

test.each([
  ["without", DAY_OPTIONS],
  ["with", withSnapshot],
])("of a day that was only killed, %s memory snapshots, nothing is told", async (_what, options) => {
  const { contents } = await killedDay({ kind: "any", pattern: /./, options });
  const told = createTold();
  const db = await openTestDb(diskWith(contents), { ...options, logger: told.logger });
  expect([told.lines, DAMAGE_METRICS.map((name) => metricValue(db, name))]).toEqual([[], DAMAGE_METRICS.map(() => 0)]);
  await db.close();
});

/** Each byte of the last ones of a kind, from the newest file's end on: `[path, the size it is cut to]`. */
function cuts({ chosen, contents }: Awaited<ReturnType<typeof killedDay>>): [path: string, sizeBytes: number][] {
  return chosen
    .toReversed()
    .flatMap((path) => Array.from({ length: contents.get(path)?.length ?? 0 }, (_, i): [string, number] => [path, i]).toReversed())
    .slice(0, LAST_BYTES);
}

test.each(kinds)(
  "cut off at any byte of $kind: every start succeeds, what is lost is told, nothing wrong is answered",
  async (kind) => {
    const day = await killedDay(kind);
    const places = cuts(day);
    for (const n of chosenCases(places.length, 4)) {
      const [path, sizeBytes] = places[n];
      const damaged = diskWith(day.contents);
      damaged.corrupt(path, (content) => content.subarray(0, sizeBytes));
      const mayBeSilent = endsWithRecord(damaged, path);
      const told = createTold();
      const db = await openTestDb(damaged, { ...kind.options, logger: told.logger });
      const { wrong, undeleted, lost } = findings(day.ledger, db) ?? nothing;
      expect([path, sizeBytes, wrong]).toEqual([path, sizeBytes, []]);
      if (lost.length + undeleted.length > 0) {
        expect([path, sizeBytes, lost, told.lines, mayBeSilent || isTold(db, told)]).toEqual([path, sizeBytes, lost, told.lines, true]);
      }
      await db.close();
    }
  },
  7_200_000,
);
