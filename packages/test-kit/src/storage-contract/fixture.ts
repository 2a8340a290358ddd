import {
  createSampleBatch,
  createSampleColumns,
  formatLabels,
  isStaleAt,
  labelsOf,
  setStaleAt,
  type Matcher,
  type SampleBatch,
} from "@ferula/model";
import type { Appender, Queryable, SelectHints, SeriesSet } from "@ferula/storage";

/** What the contract is about. */
export type ContractStorage = Appender & Queryable & { readonly close?: () => void | Promise<void> };

/** Makes the storage that a test is about. */
export type MakeStorage = () => ContractStorage | Promise<ContractStorage>;

/** A value, or a stale marker, which as a number would be any NaN. */
export type ContractValue = number | "stale";

/** One sample of the series with these labels. */
export type ContractSample = readonly [labels: Readonly<Record<string, string>>, timestampMs: number, value: ContractValue];

/** Any time: a storage may be strict about what is too old, so all tests begin here. */
export const START_MS: number = 1_767_225_600_000;

/** A range that holds all samples of the tests. */
export const ALL_TIME: readonly [minTimeMs: number, maxTimeMs: number] = [START_MS - 86_400_000, START_MS + 86_400_000];

/** Makes a storage, runs `body` with it and closes it, whatever happens. */
export async function withStorage(makeStorage: MakeStorage, body: (storage: ContractStorage) => void): Promise<void> {
  const storage = await makeStorage();
  try {
    body(storage);
  } finally {
    await storage.close?.();
  }
}

/** A batch of `samples`, whose series are made when they are new. */
export function batchOf(storage: ContractStorage, samples: readonly ContractSample[]): SampleBatch {
  const batch = createSampleBatch(samples.length);
  for (const [labels, timestampMs, value] of samples) {
    const i = batch.length++;
    batch.refs[i] = storage.seriesRef(labelsOf(labels));
    batch.timestampsMs[i] = timestampMs;
    if (value === "stale") setStaleAt(batch, i);
    else batch.values[i] = value;
  }
  return batch;
}

/** All samples by their series' labels, as they print. A series without samples in the range is left out: a set may or may not hold it. */
export function readAll(set: SeriesSet): Record<string, [timestampMs: number, value: ContractValue][]> {
  const result: Record<string, [number, ContractValue][]> = {};
  // Rows of an earlier series must not show: the columns begin full of them.
  const columns = createSampleColumns(1);
  for (let index = 0; index < set.seriesCount; index++) {
    set.read(index, columns);
    const rows: [number, ContractValue][] = [];
    for (let i = 0; i < columns.length; i++) rows.push([columns.timestampsMs[i], isStaleAt(columns, i) ? "stale" : columns.values[i]]);
    const key = formatLabels(set.labels(index));
    if (key in result) throw new Error(`the set holds the series ${key} twice`);
    if (rows.length > 0) result[key] = rows;
  }
  return result;
}

/** What one select finds in a range, by default everything. */
export function selectAll(
  storage: ContractStorage,
  matchers: readonly Matcher[],
  [minTimeMs, maxTimeMs]: readonly [number, number] = ALL_TIME,
  hints?: SelectHints,
): Record<string, [number, ContractValue][]> {
  const querier = storage.querier(minTimeMs, maxTimeMs);
  try {
    return readAll(querier.select(matchers, hints));
  } finally {
    querier.close();
  }
}
