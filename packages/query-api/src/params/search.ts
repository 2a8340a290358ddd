import { goQuote } from "@ferula/durations";
import { PromError } from "@ferula/model";
import { fuzzyAlgorithms, type FuzzyAlgorithm, type Wanted } from "../search/scorer.ts";
import type { SearchOrder } from "../search/find-values.ts";
import { parseGoBool } from "./boolean.ts";
import { parseInteger } from "./limit.ts";
import { matchParams, type Matchers } from "./matchers.ts";
import type { Params } from "./params.ts";
import { optionalTime } from "./time.ts";

/** What all searches are asked with. */
export interface SearchParams {
  /** Both ends inclusive. */
  readonly minTimeMs: number;
  readonly maxTimeMs: number;
  readonly selectors: readonly Matchers[];
  readonly wanted: Wanted;
  readonly includeScore: boolean;
  readonly order: SearchOrder;
  /** From 1. */
  readonly limit: number;
  /** How many results make a line of the answer, from 1. */
  readonly batchSize: number;
}

/** What searches are read with. */
export interface SearchParamOptions {
  /** What is searched, as errors name it. */
  readonly endpoint: string;
  /** The highest limit that may be asked for; 0 is none. */
  readonly maxLimit: number;
  readonly nowMs: number;
}

/** How far a search goes back that does not say. */
const DEFAULT_RANGE_MS = 3_600_000;
const DEFAULT_LIMIT = 100;
const DEFAULT_BATCH_SIZE = 100;
/** Each value is likened to each term. */
const MOST_TERMS = 32;

/** Reads and checks them in upstream's order and words (web/api/v1/search.go `parseSearchParams`). Throws PromError("bad_data"). */
export function searchParams(params: Params, { endpoint, maxLimit, nowMs }: SearchParamOptions): SearchParams {
  const minTimeMs = refusing(() => optionalTime(params, "start", nowMs - DEFAULT_RANGE_MS));
  const maxTimeMs = refusing(() => optionalTime(params, "end", nowMs));
  if (maxTimeMs < minTimeMs) throw refusal("end timestamp must not be before start timestamp");
  const selectors = matchParams(params);
  const terms = params.all("search[]");
  if (terms.length > MOST_TERMS) throw refusal(`too many search[] terms: got ${terms.length}, maximum is ${MOST_TERMS}`);
  const thresholdPercent = percentParam(params, "fuzz_threshold");
  const algorithm = algorithmParam(params);
  const isCaseSensitive = booleanParam(params, "case_sensitive", true);
  const includeScore = booleanParam(params, "include_score", false);
  const sorting = sortingParams(params, terms.length > 0);
  const limit = searchLimit(params, maxLimit);
  const batchSize = countParam(params, "batch_size") ?? DEFAULT_BATCH_SIZE;
  const wanted = { terms, thresholdPercent, algorithm, isCaseSensitive };
  return { minTimeMs, maxTimeMs, selectors, wanted, includeScore, order: orderOf(sorting, endpoint), limit, batchSize };
}

/** A boolean; throws PromError("bad_data"). */
export function booleanParam(params: Params, name: string, fallback: boolean): boolean {
  const text = params.get(name);
  if (text === undefined) return fallback;
  const value = parseGoBool(text);
  if (value === undefined) throw refusal(`invalid ${name} ${goQuote(text)}: must be boolean`);
  return value;
}

function percentParam(params: Params, name: string): number {
  const text = params.get(name) ?? "0";
  const percent = parseInteger(text);
  if (typeof percent === "string" || percent < 0 || percent > 100) throw refusal(`invalid ${name} ${goQuote(text)}: must be 0-100`);
  return percent;
}

function algorithmParam(params: Params): FuzzyAlgorithm {
  const text = params.get("fuzz_alg") ?? fuzzyAlgorithms[0];
  const known = fuzzyAlgorithms.find((algorithm) => algorithm === text);
  if (known === undefined) throw refusal(`unsupported fuzz_alg ${goQuote(text)}: must be one of [${fuzzyAlgorithms.join(" ")}]`);
  return known;
}

interface Sorting {
  /** "" where it was left out. */
  readonly by: string;
  readonly direction: string;
}

function sortingParams(params: Params, hasTerms: boolean): Sorting {
  const by = params.get("sort_by") ?? "";
  const given = params.get("sort_dir");
  if (given !== undefined && by === "") throw refusal("sort_dir is only valid when sort_by is set");
  if (given !== undefined && by === "score") throw refusal("sort_dir is not supported for sort_by=score");
  const direction = given ?? "asc";
  if (direction !== "asc" && direction !== "dsc") throw refusal(`invalid sort_dir ${goQuote(direction)}: must be "asc" or "dsc"`);
  if (by === "score" && !hasTerms) throw refusal("sort_by=score requires search[] to be set");
  return { by, direction };
}

function orderOf({ by, direction }: Sorting, endpoint: string): SearchOrder {
  if (by === "score") return "score";
  if (by !== "" && by !== "alpha") throw refusal(`invalid sort_by ${goQuote(by)} for ${endpoint}: must be "alpha" or "score"`);
  return direction === "dsc" ? "falling" : "rising";
}

/** Where the server allows less than the default, that is the default. */
function searchLimit(params: Params, maxLimit: number): number {
  const highest = maxLimit === 0 ? Infinity : maxLimit;
  const limit = countParam(params, "limit") ?? Math.min(DEFAULT_LIMIT, highest);
  if (limit > highest) {
    // As it was given: a number does not hold all that Go's integers do.
    const text = params.get("limit")?.replace(/^\+?0*/, "");
    throw refusal(`limit ${text} exceeds the configured maximum (${maxLimit}, see --web.search.max-limit)`);
  }
  return limit;
}

function countParam(params: Params, name: string): number | undefined {
  const text = params.get(name);
  if (text === undefined) return undefined;
  const count = parseInteger(text);
  if (typeof count === "string" || count <= 0) throw refusal(`invalid ${name} ${goQuote(text)}: must be a positive integer`);
  return count;
}

function refusing<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new PromError("bad_data", (error as Error).message, { cause: error });
  }
}

function refusal(message: string): PromError {
  return new PromError("bad_data", message);
}
