import { joinListings } from "@ferula/promql/server";
import type { ListingOptions } from "@ferula/promql";
import type { LabelListing } from "@ferula/storage";
import { goJsonString } from "../answer/go-json.ts";
import { BestScores } from "./best-scores.ts";
import { findValues, type SearchOrder, VALUES_BETWEEN_CHECKS } from "./find-values.ts";
import { createScorer, type Scorer, type Wanted } from "./scorer.ts";

/** What is looked for among names or values, and how it is told. Plain data: it is posted to a worker. */
export interface SearchForm {
  readonly wanted: Wanted;
  readonly order: SearchOrder;
  /** Of the first in order no more are told. */
  readonly limit: number;
  /** The field of a result that has what was found. */
  readonly field: "name" | "value";
  /** Whether a result tells its score. */
  readonly includeScore: boolean;
}

/** How many characters are encoded at a time, at least. */
const TEXT_AT_A_TIME = 48 * 1024;

/** How many results go by before `check` is called. */
const RESULTS_BETWEEN_CHECKS = 1024;

const encoder = new TextEncoder();

/** Lists what is searched: the first `limit`, where 0 is all. What does not fit may be left out: `createFilter` is called for each listing. */
export type ListSearched = (limit: number, createFilter: (() => (text: string) => boolean) | undefined) => readonly LabelListing[];

/** How many of the names or values must be listed, from the first: 0 is all. */
export function listedFor({ wanted: { terms }, order, limit }: SearchForm): number {
  return order === "rising" && terms.length === 0 ? limit : 0;
}

/** Writes what is found, each result as a line of JSON; each piece holds whole lines. */
export function writeSearch(form: SearchForm, list: ListSearched, { onChunk, check }: Omit<ListingOptions, "limit">): void {
  const { wanted, order, limit, field, includeScore } = form;
  const scorer = createScorer(wanted);
  const values = joinListings(list(listedFor(form), scorer === undefined ? undefined : () => prefilter(scorer, form, check)));
  const { indexes, scores } = findValues(values, { scorer, order, limit, check });
  let text = "";
  for (let i = 0; i < indexes.length; i++) {
    if (i % RESULTS_BETWEEN_CHECKS === 0) check();
    text += `{"${field}":${goJsonString(values[indexes[i]])}${includeScore ? `,"score":${scores[i]}` : ""}}\n`;
    if (text.length < TEXT_AT_A_TIME) continue;
    onChunk(encoder.encode(text));
    text = "";
  }
  if (text !== "") onChunk(encoder.encode(text));
}

/** Of one listing: what is not among the best is left out, but for what is as good as the last of them: their order tells later. */
function prefilter(scorer: Scorer, { order, limit }: SearchForm, check: () => void): (text: string) => boolean {
  const best = order === "score" ? new BestScores(limit) : undefined;
  let count = 0;
  return (text) => {
    if (count++ % VALUES_BETWEEN_CHECKS === 0) check();
    const score = scorer(text);
    return score > 0 && (best === undefined || best.offer(count, score));
  };
}
