import { createSampleColumns, formatLabels } from "@ferula/model";
import { createMatcher } from "@ferula/model";
import type { Db } from "../../src/index.ts";
import { labelsFrom, type Sample } from "../support.ts";

/** What was sent to a database, what of it was acknowledged and what was deleted: the truth that a restart is held against. */
export interface Ledger {
  /** Before samples are appended. */
  readonly sent: (samples: readonly Sample[]) => void;
  /** After the append returned. */
  readonly acknowledged: (samples: readonly Sample[]) => void;
  /** Before a series' samples in a range are deleted: from now on they may be there or not. */
  readonly deleting: (series: string, minMs: number, maxMs: number) => void;
  /** After that returned: they must not be there. */
  readonly deleted: (series: string, minMs: number, maxMs: number) => void;
  /** Says what is wrong with what the database holds; "" when nothing is. */
  readonly faults: (db: Db) => string;
  readonly acknowledgedCount: () => number;
}

interface Known {
  readonly values: Set<number>;
  isAcknowledged: boolean;
  isDeleted: boolean;
}

/** An empty one. */
export function createLedger(): Ledger {
  const series = new Map<string, Map<number, Known>>();

  function known(name: string, timeMs: number): Known {
    const times = series.get(name) ?? new Map<number, Known>();
    series.set(name, times);
    const found = times.get(timeMs) ?? { values: new Set(), isAcknowledged: false, isDeleted: false };
    times.set(timeMs, found);
    return found;
  }

  function within(name: string, minMs: number, maxMs: number): Known[] {
    return [...(series.get(name) ?? [])].filter(([timeMs]) => timeMs >= minMs && timeMs <= maxMs).map(([, one]) => one);
  }

  return {
    sent(samples) {
      for (const [labels, timeMs, value] of samples) known(nameOf(labels), timeMs).values.add(value);
    },
    acknowledged(samples) {
      for (const [labels, timeMs] of samples) known(nameOf(labels), timeMs).isAcknowledged = true;
    },
    deleting(labels, minMs, maxMs) {
      for (const one of within(nameOf(labels), minMs, maxMs)) one.isAcknowledged = false;
    },
    deleted(labels, minMs, maxMs) {
      for (const one of within(nameOf(labels), minMs, maxMs)) one.isDeleted = true;
    },
    faults(db) {
      const faults: string[] = [];
      const found = samplesOf(db);
      for (const [name, times] of found) {
        for (const [timeMs, value] of times) {
          const one = series.get(name)?.get(timeMs);
          if (one === undefined || !one.values.has(value)) faults.push(`${name} ${value}@${timeMs} was never sent`);
          else if (one.isDeleted) faults.push(`${name} ${value}@${timeMs} was deleted`);
        }
      }
      for (const [name, times] of series) {
        for (const [timeMs, { isAcknowledged, isDeleted }] of times) {
          if (isAcknowledged && !isDeleted && found.get(name)?.has(timeMs) !== true) faults.push(`${name} @${timeMs} is lost`);
        }
      }
      return faults.length > 8 ? `${faults.slice(0, 8).join("\n")}\n… ${faults.length} in all` : faults.join("\n");
    },
    acknowledgedCount: () =>
      [...series.values()].flatMap((times) => [...times.values()]).filter(({ isAcknowledged }) => isAcknowledged).length,
  };
}

function nameOf(labels: string): string {
  return formatLabels(labelsFrom(labels));
}

function samplesOf(db: Db): Map<string, Map<number, number>> {
  const found = new Map<string, Map<number, number>>();
  const querier = db.querier(-Infinity, Infinity);
  try {
    const set = querier.select([createMatcher("!=", "n", "")]);
    const out = createSampleColumns(64);
    for (let i = 0; i < set.seriesCount; i++) {
      set.read(i, out);
      const times = new Map<number, number>();
      for (let k = 0; k < out.length; k++) times.set(out.timestampsMs[k], out.values[k]);
      if (times.size !== out.length) throw new Error(`${formatLabels(set.labels(i))} has a time twice`);
      found.set(formatLabels(set.labels(i)), times);
    }
    return found;
  } finally {
    querier.close();
  }
}
