import { createHistogramColumns, createMatcher, createSampleColumns, formatLabels } from "@ferula/model";
import type { Db, NewExemplar } from "../../src/index.ts";
import { labelsFrom } from "../support.ts";
import { textOf, type CampaignSample } from "./campaign-sample.ts";

/** A sample that was acknowledged and is not there. */
export interface LostSample {
  /** As `formatLabels` writes them. */
  readonly series: string;
  readonly timeMs: number;
}

/** How what a database holds differs from what it must. */
export interface Findings {
  /** What was never sent. There is no excuse for it. */
  readonly wrong: readonly string[];
  /** What was deleted. */
  readonly undeleted: readonly string[];
  readonly lost: readonly LostSample[];
}

/** What was sent to a database, what of it was acknowledged and what was deleted: the truth that a restart is held against. */
export interface Ledger {
  /** Before samples are appended. */
  readonly sent: (samples: readonly CampaignSample[]) => void;
  /** After the append returned. */
  readonly acknowledged: (samples: readonly CampaignSample[]) => void;
  /** Before exemplars are appended. */
  readonly sentExemplars: (series: string, exemplars: readonly NewExemplar[]) => void;
  /** After that returned. */
  readonly acknowledgedExemplars: (series: string, exemplars: readonly NewExemplar[]) => void;
  /** Before a series' samples in a range are deleted: from now on they may be there or not. */
  readonly deleting: (series: string, minMs: number, maxMs: number) => void;
  /** After that returned: they must not be there. */
  readonly deleted: (series: string, minMs: number, maxMs: number) => void;
  /** Compares with what the database holds; what lies before `keptSinceMs` need not be there. Throws what reading throws. */
  readonly compare: (db: Db, keptSinceMs?: number) => Findings;
  /** The same as text; "" when all is as it must be. */
  readonly faults: (db: Db, keptSinceMs?: number) => string;
  readonly acknowledgedCount: () => number;
}

interface Known {
  readonly texts: Set<string>;
  isAcknowledged: boolean;
  isDeleted: boolean;
}

/** What one database holds or should: by series and time. */
type Table<T> = Map<string, Map<number, T>>;

const MOST_LINES = 8;

/** An empty one. */
export function createLedger(): Ledger {
  const samples: Table<Known> = new Map();
  const exemplars: Table<Known> = new Map();

  function within(name: string, minMs: number, maxMs: number): Known[] {
    return [...(samples.get(name) ?? [])].filter(([timeMs]) => timeMs >= minMs && timeMs <= maxMs).map(([, one]) => one);
  }

  function compare(db: Db, keptSinceMs = -Infinity): Findings {
    const ofSamples = compareTables(samples, samplesOf(db), keptSinceMs);
    const ofExemplars = compareTables(exemplars, exemplarsOf(db), exemplarsSinceMs(db, exemplars));
    return {
      wrong: [...ofSamples.wrong, ...ofExemplars.wrong.map((line) => `exemplar of ${line}`)],
      undeleted: ofSamples.undeleted,
      lost: [...ofSamples.lost, ...ofExemplars.lost.map(({ series, timeMs }) => ({ series: `exemplar of ${series}`, timeMs }))],
    };
  }

  return {
    compare,
    sent(sent) {
      for (const [labels, timeMs, value] of sent) known(samples, nameOf(labels), timeMs).texts.add(textOf(value));
    },
    acknowledged(sent) {
      for (const [labels, timeMs] of sent) known(samples, nameOf(labels), timeMs).isAcknowledged = true;
    },
    sentExemplars(labels, sent) {
      for (const { timestampMs, value } of sent) known(exemplars, nameOf(labels), timestampMs).texts.add(textOf(value));
    },
    acknowledgedExemplars(labels, sent) {
      for (const { timestampMs } of sent) known(exemplars, nameOf(labels), timestampMs).isAcknowledged = true;
    },
    deleting(labels, minMs, maxMs) {
      for (const one of within(nameOf(labels), minMs, maxMs)) one.isAcknowledged = false;
    },
    deleted(labels, minMs, maxMs) {
      for (const one of within(nameOf(labels), minMs, maxMs)) one.isDeleted = true;
    },
    faults(db, keptSinceMs) {
      const { wrong, undeleted, lost } = compare(db, keptSinceMs);
      const lines = [...wrong, ...undeleted, ...lost.map(({ series, timeMs }) => `${series} @${timeMs} is lost`)];
      return lines.length > MOST_LINES ? `${lines.slice(0, MOST_LINES).join("\n")}\n… ${lines.length} in all` : lines.join("\n");
    },
    acknowledgedCount: () =>
      [...samples.values()].flatMap((times) => [...times.values()]).filter(({ isAcknowledged }) => isAcknowledged).length,
  };
}

function known(table: Table<Known>, name: string, timeMs: number): Known {
  const times = table.get(name) ?? new Map<number, Known>();
  table.set(name, times);
  const found = times.get(timeMs) ?? { texts: new Set(), isAcknowledged: false, isDeleted: false };
  times.set(timeMs, found);
  return found;
}

function compareTables(table: Table<Known>, found: Table<string>, keptSinceMs: number): Findings {
  const wrong: string[] = [];
  const undeleted: string[] = [];
  const lost: LostSample[] = [];
  for (const [series, times] of found) {
    for (const [timeMs, text] of times) {
      const one = table.get(series)?.get(timeMs);
      if (one === undefined || !one.texts.has(text)) wrong.push(`${series} ${text}@${timeMs} was never sent`);
      else if (one.isDeleted) undeleted.push(`${series} ${text}@${timeMs} was deleted`);
    }
  }
  for (const [series, times] of table) {
    for (const [timeMs, { isAcknowledged, isDeleted }] of times) {
      if (isAcknowledged && !isDeleted && timeMs >= keptSinceMs && found.get(series)?.has(timeMs) !== true) lost.push({ series, timeMs });
    }
  }
  return { wrong, undeleted, lost };
}

function nameOf(labels: string): string {
  return formatLabels(labelsFrom(labels));
}

function samplesOf(db: Db): Table<string> {
  const found: Table<string> = new Map();
  const querier = db.querier(-Infinity, Infinity);
  try {
    const set = querier.select([createMatcher("!=", "n", "")]);
    const floats = createSampleColumns(64);
    const histograms = createHistogramColumns(16);
    for (let i = 0; i < set.seriesCount; i++) {
      set.read(i, floats);
      set.readHistograms(i, histograms);
      const times = new Map<number, string>();
      for (let k = 0; k < floats.length; k++) times.set(floats.timestampsMs[k], textOf(floats.values[k]));
      for (let k = 0; k < histograms.length; k++) times.set(histograms.timestampsMs[k], textOf(histograms.histograms[k]));
      if (times.size !== floats.length + histograms.length) throw new Error(`${formatLabels(set.labels(i))} has a time twice`);
      found.set(formatLabels(set.labels(i)), times);
    }
    return found;
  } finally {
    querier.close();
  }
}

function exemplarsOf(db: Db): Table<string> {
  return new Map(
    db
      .exemplars(-Infinity, Infinity, [[createMatcher("!=", "n", "")]])
      .map(({ seriesLabels, exemplars }) => [
        formatLabels(seriesLabels),
        new Map(exemplars.map(({ timestampMs, value }) => [timestampMs, textOf(value)])),
      ]),
  );
}

/** The ring has the newest, and the log those that are not older than the blocks' end: from here on all must be there. */
function exemplarsSinceMs(db: Db, exemplars: Table<Known>): number {
  const blocksEndMs = Math.max(...db.blocks().map(({ maxTime }) => maxTime));
  const newest = [...exemplars.values()].flatMap((times) => [...times.keys()]).toSorted((a, b) => b - a);
  return Math.max(blocksEndMs, (newest.at(EXEMPLAR_LIMIT) ?? -Infinity) + 1);
}

/** So many exemplars a day's database keeps. */
export const EXEMPLAR_LIMIT = 48;
