import { parseExpr } from "@ferula/promql-syntax";
import { everything } from "../grammar.ts";
import type { Answer, AnsweredSeries, Point, Question } from "./answer.ts";

/** A question that two servers do not answer the same. */
export interface Difference {
  readonly question: Question;
  readonly ours: Answer;
  readonly theirs: Answer;
  /** In what they differ, the first of what is compared; `places` show it. */
  readonly aspect: Aspect;
  readonly places: readonly string[];
}

type Aspect = "status" | "error" | "type" | "labels" | "values" | "order" | "notes";

/** What is compared besides the results. */
export interface Strictness {
  /** Messages of errors, and warnings and infos, which say more in 3.x than in 2.x. */
  readonly comparesTexts: boolean;
}

/** In what the answers differ; undefined where they are the same to the last bit. */
export function difference(question: Question, ours: Answer, theirs: Answer, { comparesTexts }: Strictness): Difference | undefined {
  const found = (aspect: Aspect, places: readonly string[]): Difference => ({ question, ours, theirs, aspect, places });
  if (ours.status !== theirs.status || ours.errorType !== theirs.errorType) {
    return found("status", [`${theirs.status} ${theirs.error}`, `${ours.status} ${ours.error}`]);
  }
  if (comparesTexts && ours.error !== theirs.error) return found("error", [theirs.error, ours.error]);
  if (ours.resultType !== theirs.resultType) return found("type", [theirs.resultType, ours.resultType]);
  const missing = [...theirs.series.keys()].filter((labels) => !ours.series.has(labels));
  const surplus = [...ours.series.keys()].filter((labels) => !theirs.series.has(labels));
  if (missing.length + surplus.length > 0) {
    return found("labels", [...missing.map((labels) => `- ${labels}`), ...surplus.map((labels) => `+ ${labels}`)]);
  }
  const places = [...theirs.series].flatMap(([labels, series]) => placesOf(labels, ours.series.get(labels) as AnsweredSeries, series));
  if (places.length > 0) return found("values", places);
  if (theirs.series.size > 1 && isSorted(question) && orderOf(ours) !== orderOf(theirs))
    return found("order", [orderOf(theirs), orderOf(ours)]);
  const notes = [theirs.notes.join("\n    "), ours.notes.join("\n    ")];
  return comparesTexts && notes[0] !== notes[1] ? found("notes", notes) : undefined;
}

/** Where a series' points differ: labels, time, theirs, ours. */
function placesOf(labels: string, ours: AnsweredSeries, theirs: AnsweredSeries): readonly string[] {
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return [];
  return [...pointsAt(labels, ours.values, theirs.values), ...pointsAt(labels, ours.histograms, theirs.histograms)];
}

function pointsAt(labels: string, ours: readonly Point[], theirs: readonly Point[]): readonly string[] {
  const [own, other] = [new Map(ours), new Map(theirs)];
  const times = [...new Set([...own.keys(), ...other.keys()])].toSorted((a, b) => a - b);
  return times.flatMap((time) => {
    const [got, want] = [JSON.stringify(own.get(time)), JSON.stringify(other.get(time))];
    return got === want ? [] : [`${labels} @ ${time}: ${want} ${got}`];
  });
}

/** Whether the order of an instant query's results is told by its outermost call. */
function isSorted({ query, step }: Question): boolean {
  if (step !== undefined || !query.startsWith("sort")) return false;
  const expr = parseExpr(query, everything);
  return expr.kind === "call" && (expr.func === "sort" || expr.func === "sort_desc");
}

/** The values as listed: which of two series with the same value comes first is not told. */
function orderOf({ series }: Answer): string {
  return [...series.values()].map(({ values }) => String(values[0]?.[1])).join(" ");
}
