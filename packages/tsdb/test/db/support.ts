import { createSampleBatch, formatLabels, labelsOf } from "@ferula/model";
import type { Db } from "../../src/index.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

/** What was appended, by series: what a database must read. */
export interface Day {
  /** Appends a sample a minute for each of the series. */
  readonly appendHour: (db: Db, hour: number) => void;
  /** Takes the samples of an instance out of what is expected. */
  readonly remove: (minTimeMs: number, maxTimeMs: number, instance: string) => void;
  /** What `readAll` should give: all that the blocks' retention leaves. */
  readonly expected: (db: Db) => Record<string, string>;
}

interface Series {
  readonly instance: string;
  readonly labels: ReturnType<typeof labelsOf>;
  readonly samples: Map<number, number>;
  /** Appended in these hours only. */
  readonly isAlive: (hour: number) => boolean;
}

/** Some series that last, one that ends, one that begins late and one that comes and goes. */
export function createDay(): Day {
  const always = (): boolean => true;
  const series: Series[] = [
    ...["1", "2", "3"].map((instance) => seriesOf(instance, always)),
    seriesOf("ends", (hour) => hour < 4),
    seriesOf("begins", (hour) => hour > 10),
    seriesOf("comes and goes", (hour) => hour % 8 < 3),
  ];
  return {
    appendHour(db, hour) {
      for (let minute = 0; minute < 60; minute++) {
        const batch = createSampleBatch(series.length);
        const timestampMs = hour * HOUR + minute * MINUTE;
        for (const one of series) {
          if (!one.isAlive(hour)) continue;
          const value = Math.round(Math.sin(timestampMs) * 1000) / 8;
          batch.refs[batch.length] = db.seriesRef(one.labels);
          batch.timestampsMs[batch.length] = timestampMs;
          batch.values[batch.length++] = value;
        }
        const { appended } = db.append(batch);
        if (appended !== batch.length) throw new Error(`${appended} of ${batch.length} samples were taken`);
        // What was acknowledged counts.
        for (const one of series) if (one.isAlive(hour)) one.samples.set(timestampMs, Math.round(Math.sin(timestampMs) * 1000) / 8);
      }
    },
    remove(minTimeMs, maxTimeMs, instance) {
      for (const one of series) {
        if (one.instance !== instance) continue;
        for (const timeMs of one.samples.keys()) if (timeMs >= minTimeMs && timeMs <= maxTimeMs) one.samples.delete(timeMs);
      }
    },
    expected(db) {
      // Retention takes whole blocks.
      const keptFromMs = db.blocks()[0]?.minTime ?? -Infinity;
      const found: Record<string, string> = {};
      for (const { labels, samples } of series) {
        const rows = [...samples].filter(([timeMs]) => timeMs >= keptFromMs).map(([timeMs, value]) => `${timeMs}:${value}`);
        if (rows.length > 0) found[formatLabels(labels)] = rows.join(" ");
      }
      return found;
    },
  };
}

function seriesOf(instance: string, isAlive: (hour: number) => boolean): Series {
  return {
    instance,
    isAlive,
    samples: new Map(),
    labels: labelsOf([
      ["__name__", "up"],
      ["instance", instance],
      ["job", "web"],
    ]),
  };
}
