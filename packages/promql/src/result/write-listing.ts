import { compareLabels, compareUtf8, labelsKey, type Labels } from "@ferula/model";
import type { LabelListing, SeriesSet } from "@ferula/storage";
import { createChunkWriter } from "./chunk-writer.ts";
import { jsonText, labelsJson } from "./json-text.ts";

/** How a listing is written. */
export interface ListingOptions {
  /** How many items there may be; 0 is no limit. */
  readonly limit: number;
  /** Called with each piece of the JSON, which belongs to the callee, in order. */
  readonly onChunk: (bytes: Uint8Array) => void;
  /** Called now and then; what it throws ends the listing. */
  readonly check: () => void;
}

/** How many items go by before `check` is called. */
const ITEMS_BETWEEN_CHECKS = 1024;

/** How many characters are encoded at a time, at least. */
const TEXT_AT_A_TIME = 8192;

/**
 * Writes the label sets of the series as a JSON array: those of one set in its order, those of several without repetition and sorted, as
 * upstream does (web/api/v1/api.go `series`). Returns whether the limit cut some.
 */
export function writeSeries(sets: readonly SeriesSet[], options: ListingOptions): boolean {
  if (sets.length === 1) {
    const [{ seriesCount, labels }] = sets;
    return writeArray(seriesCount, (i) => labelsJson(labels(i)), options);
  }
  const all = unionOf(sets, options.check);
  return writeArray(all.length, (i) => labelsJson(all[i]), options);
}

function unionOf(sets: readonly SeriesSet[], check: () => void): Labels[] {
  const found = new Map<string, Labels>();
  for (const { seriesCount, labels } of sets) {
    for (let i = 0; i < seriesCount; i++) {
      if (i % ITEMS_BETWEEN_CHECKS === 0) check();
      const own = labels(i);
      found.set(labelsKey(own), own);
    }
  }
  return [...found.values()].sort(compareLabels);
}

/** Writes names or values, each once and sorted, as a JSON array. Returns whether the limit cut some. Each listing was made with that limit. */
export function writeLabels(listings: readonly LabelListing[], options: ListingOptions): boolean {
  const all = joinListings(listings);
  const isCut = writeArray(all.length, (i) => jsonText(all[i]), options);
  return isCut || listings.some(({ truncated }) => truncated);
}

/** The names or values of all, each once and sorted. */
export function joinListings(listings: readonly LabelListing[]): readonly string[] {
  return listings.length === 1 ? listings[0].values : [...new Set(listings.flatMap(({ values }) => values))].sort(compareUtf8);
}

/** Writes `count` items, or as many as the limit allows; returns whether it cut some. */
function writeArray(count: number, itemJson: (i: number) => string, { limit, onChunk, check }: ListingOptions): boolean {
  const out = createChunkWriter(onChunk);
  const written = limit === 0 ? count : Math.min(count, limit);
  // Encoding many items at a time costs a fraction of what one by one does.
  let text = "[";
  for (let i = 0; i < written; i++) {
    if (i % ITEMS_BETWEEN_CHECKS === 0) check();
    text += i === 0 ? itemJson(i) : `,${itemJson(i)}`;
    if (text.length < TEXT_AT_A_TIME) continue;
    out.utf8(text);
    text = "";
  }
  out.utf8(`${text}]`);
  out.flush();
  return written < count;
}
