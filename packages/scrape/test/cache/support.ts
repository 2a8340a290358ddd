import { listField, readField } from "@ferula/config";
import { createSharedMemory, type Region } from "@ferula/kernels";
import { labelsKey, type Labels, type SampleBatch } from "@ferula/model";
import { relabelConfigField, type RelabelRule } from "@ferula/relabel";
import type { SeriesRef } from "@ferula/storage";
import type { SampleLine } from "@ferula/exposition";
import type { BodyReader, ReadOutcome, ScrapedExemplar } from "../../src/body-reader.ts";
import { createLineCache, type LineCacheDeps } from "../../src/cache/line-cache.ts";
import type { SeriesRules } from "../../src/cache/series-maker.ts";
import { createWorkspaces, type Workspace, type Workspaces } from "../../src/cache/workspace.ts";

/** One for all tests of a file: each shared memory takes 4 GiB of address space. */
export const workspaces = createWorkspaces(createSharedMemory());

export const plainRules: SeriesRules = {
  targetLabels: [],
  honorLabels: false,
  metricRelabel: [],
  labelLimit: 0,
  labelNameLengthLimit: 0,
  labelValueLengthLimit: 0,
  legacyNames: false,
};

/** Rules as a configuration writes them. */
export function relabelRules(yaml: string): readonly RelabelRule[] {
  const result = readField(listField(relabelConfigField), yaml, "rules.yml");
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.value;
}

/** A reader whose bodies are read to their end at once. */
export interface ReaderInOneGo extends Omit<BodyReader, "read" | "markAllStale"> {
  readonly read: (region: Region, sizeBytes: number, timestampMs: number) => ReadOutcome;
  readonly markAllStale: (timestampMs: number) => SampleBatch;
  /** How many slices the last body took. */
  readonly sliceCount: () => number;
}

export function inOneGo(reader: BodyReader, at: Workspaces = workspaces): ReaderInOneGo {
  let sliceCount = 0;

  /** What is returned counts until the next call, as in a process whose bodies are small. */
  function withWorkspace<T>(use: (workspace: Workspace) => T): T {
    const workspace = at.take();
    try {
      return use(workspace);
    } finally {
      at.give(workspace);
    }
  }

  return {
    ...reader,
    sliceCount: () => sliceCount,
    read: (region, sizeBytes, timestampMs) =>
      withWorkspace((workspace) => {
        const reading = reader.read(region, sizeBytes, timestampMs, workspace);
        let step = reading.next();
        for (sliceCount = 1; step.done !== true; sliceCount++) step = reading.next();
        return step.value;
      }),
    markAllStale: (timestampMs) => withWorkspace((workspace) => reader.markAllStale(timestampMs, workspace)),
  };
}

/** The series of a test, numbered from 1. */
export interface SeriesTable {
  readonly labels: Labels[];
  readonly ref: (labels: Labels) => SeriesRef;
}

export function seriesTable(): SeriesTable {
  const labels: Labels[] = [];
  const refs = new Map<string, SeriesRef>();
  return {
    labels,
    ref(of) {
      const key = labelsKey(of);
      const known = refs.get(key) ?? labels.push(of);
      refs.set(key, known);
      return known;
    },
  };
}

export interface TestCache extends ReaderInOneGo {
  readonly series: SeriesTable;
  readonly readText: (text: string | Uint8Array, timestampMs: number) => ReadOutcome;
}

export function testCache(options: Partial<LineCacheDeps> = {}): TestCache {
  const series = seriesTable();
  const at = options.workspaces ?? workspaces;
  const made = createLineCache({
    workspaces: at,
    syntax: "text",
    rules: plainRules,
    honorTimestamps: true,
    takesExemplars: true,
    trackTimestampsStaleness: false,
    sampleLimit: () => 0,
    series: { seriesRef: series.ref, epoch: 0, isLive: () => true },
    ...options,
  });
  const cache = inOneGo(made, at);
  const encoder = new TextEncoder();
  return {
    ...cache,
    series,
    readText(text, timestampMs) {
      const bytes = typeof text === "string" ? encoder.encode(text) : text;
      const region = at.regions.allocate(bytes.length + 64);
      // What lies behind a body is whatever was there before.
      at.shared.u8.fill(0x37, region.address, region.address + region.sizeBytes);
      at.shared.u8.set(bytes, region.address);
      return cache.read(region, bytes.length, timestampMs);
    },
  };
}

/** A row as text: the series, the value by its bits, the time. */
export function rowsOf(batch: SampleBatch): string[] {
  return Array.from({ length: batch.length }, (_, i) =>
    rowText(batch.refs[i], batch.valueBits[2 * i], batch.valueBits[2 * i + 1], batch.timestampsMs[i]),
  );
}

export function rowText(ref: SeriesRef, low: number, high: number, timestampMs: number): string {
  return `${ref} ${high.toString(16)}:${low.toString(16)} @${timestampMs}`;
}

/** `name{labels} value @time` of each row, STALE for markers. */
export function described(batch: SampleBatch, { labels }: SeriesTable): string[] {
  return Array.from({ length: batch.length }, (_, i) => {
    const of = labels[batch.refs[i] - 1];
    const pairs = Array.from({ length: of.length / 2 }, (_pair, k) => [of[2 * k], of[2 * k + 1]]);
    const name = pairs.find(([key]) => key === "__name__")?.[1] ?? "";
    const rest = pairs.filter(([key]) => key !== "__name__").map(([key, value]) => `${key}=${value}`);
    const isStale = batch.valueBits[2 * i + 1] === 0x7ff00000 && batch.valueBits[2 * i] === 2;
    return `${name}{${rest.join()}} ${isStale ? "STALE" : batch.values[i]} @${batch.timestampsMs[i]}`;
  });
}

/** A line's exemplar as text: the series, the labels, the value, the time and whose that is. */
export function exemplarText(bytes: Uint8Array, line: SampleLine, ref: SeriesRef, sampleMs: number): string {
  const text = (i: number): string =>
    Buffer.from(bytes.subarray(line.exemplarLabelRanges[i], line.exemplarLabelRanges[i + 1])).toString("utf8");
  const labels = Array.from({ length: line.exemplarLabelCount }, (_, i) => `${text(4 * i)}=${text(4 * i + 2)}`);
  const time = line.hasExemplarTimestamp ? `${line.exemplarTimestampMs} own` : `${sampleMs} sample's`;
  return `${ref} {${labels.toSorted().join()}} ${line.exemplarValue} ${time}`;
}

/** Exemplars as `exemplarText` has them. */
export function exemplarsOf({ exemplars = [] }: ReadOutcome): string[] {
  return exemplars.map(({ ref, labels, value, timestampMs, hasTimestamp }: ScrapedExemplar) => {
    const pairs = Array.from({ length: labels.length / 2 }, (_, i) => `${labels[2 * i]}=${labels[2 * i + 1]}`);
    return `${ref} {${pairs.join()}} ${value} ${timestampMs} ${hasTimestamp === true ? "own" : "sample's"}`;
  });
}
