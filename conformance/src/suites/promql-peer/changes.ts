import type { Answer } from "./answer.ts";
import type { Difference } from "./compare.ts";

/** A reason for which answers may differ. */
export interface Change {
  readonly what: string;
  /** As narrow as can be told from the query and both answers. */
  readonly explains: (difference: Difference) => boolean;
}

/** What was rounded in another way is no further apart than this, relative to the greater: deviations of times lose that many digits. */
const ROUNDING = 1e-7;
/** Extrapolation reaches to zero by less than this, relative to the greater. */
const EXTRAPOLATION = 0.25;
const DUPLICATES = /^(.*-side of the operation: \[)(.*)(\];many-to-many matching not allowed.*)$/s;

/** A text that names two series of one match, with their characters in one order. */
function withSameOrder(text: string): string {
  return text.replace(DUPLICATES, (_, before: string, pair: string, behind: string) => before + [...pair].toSorted().join("") + behind);
}

/** Whether the answers have the same series and histograms, and floats no further apart than `most`, relative to the greater. */
function areClose(ours: Answer, theirs: Answer, most: number): boolean {
  return [...theirs.series].every(([labels, { values, histograms }]) => {
    const own = ours.series.get(labels);
    if (own === undefined || own.values.length !== values.length) return false;
    if (JSON.stringify(own.histograms) !== JSON.stringify(histograms)) return false;
    return values.every(([time, value], i) => own.values[i]?.[0] === time && isClose(Number(own.values[i]?.[1]), Number(value), most));
  });
}

function isClose(a: number, b: number, most: number): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= most * Math.max(Math.abs(a), Math.abs(b));
}

/** Values of a query that fits the pattern which are close to each other. */
function close(pattern: RegExp, most: number): Change["explains"] {
  return ({ aspect, question: { query }, ours, theirs }) => aspect === "values" && pattern.test(query) && areClose(ours, theirs, most);
}

/** Results of a query that fits all patterns, whichever. */
function results(...patterns: readonly RegExp[]): Change["explains"] {
  return ({ aspect, question: { query } }) =>
    (aspect === "values" || aspect === "labels") && patterns.every((pattern) => pattern.test(query));
}

/** Values of a query that fits the pattern which differ by the sign of zero alone. */
function signs(pattern: RegExp): Change["explains"] {
  return ({ aspect, question: { query }, places }) =>
    aspect === "values" && pattern.test(query) && places.every((place) => /: "-?0" "-?0"$/.test(place));
}

const COMPENSATED = /\b(?:sum|avg|stddev|stdvar)(?:_over_time)?\b/;

/** With any version. */
const always: readonly Change[] = [
  {
    what: "which of two series of one match an error names first",
    explains: ({ aspect, ours, theirs }) => aspect === "error" && withSameOrder(ours.error) === withSameOrder(theirs.error),
  },
  { what: "ties of topk and bottomk, and what limitk takes", explains: results(/\b(?:topk|bottomk|limitk)\b/) },
];

/** Notes as they are, but for how many samples they count. */
function withoutCounts({ notes }: Answer): string {
  return notes.join("\n").replaceAll(/ over \d+ samples /g, " ");
}

/** Where 3.14 contradicts itself. */
const since3: readonly Change[] = [
  {
    what: "3.14 finds nothing for predict_linear of a subquery with @",
    explains: ({ aspect, question: { query }, theirs }) =>
      aspect === "labels" && /\bpredict_linear\(.*\]\s*(?:offset \S+ )?@/s.test(query) && theirs.series.size === 0,
  },
  {
    what: "3.14 counts the samples of an info again whenever it merges the infos of a step",
    explains: ({ aspect, ours, theirs }) => aspect === "notes" && withoutCounts(ours) === withoutCounts(theirs),
  },
  {
    what: "with @ or an offset, info in 3.14 cuts off what lies behind, and looks at the time of the step all the same",
    explains: results(/\binfo\(/, /@|\boffset\b/),
  },
  {
    what: "a float and a histogram that are two of one series pass where 3.14 merges the series of all steps",
    explains: ({ aspect, question: { query }, ours, theirs }) =>
      aspect === "status" && theirs.status === 200 && /native_|custom_/.test(query) && ours.error.endsWith("with the same labelset"),
  },
  {
    what: "the order in which limit_ratio yields what it takes, which upstream has from a heap, seen in the rounding of a sum",
    explains: close(/\blimit_ratio\b/, ROUNDING),
  },
  {
    what: "a quantile between zeros of both signs: 3.14 sorts them in no certain order",
    explains: signs(/\bquantile_over_time|\bquantile\b/),
  },
];

/** From 2.42 to 3.14. */
const since2: readonly Change[] = [
  { what: "sums and averages are compensated everywhere, and averages calculated otherwise", explains: close(COMPENSATED, ROUNDING) },
  {
    what: "how sums and averages are rounded, seen through a function that magnifies it",
    explains: results(COMPENSATED, /\b(?:sin|cos|tan|count_values|sgn|floor|ceil)\b|%/),
  },
  { what: "log10 is rounded once only, since Go 1.26", explains: close(/\blog10\(/, ROUNDING) },
  {
    what: "the deviation of one infinite value is NaN instead of 0",
    explains: ({ aspect, question: { query }, places }) =>
      aspect === "values" && /\bstd(?:dev|var)\b/.test(query) && places.every((place) => place.endsWith('"NaN"')),
  },
  {
    what: "several series of one match are refused even where a comparison drops them",
    explains: ({ aspect, question: { query }, ours, theirs }) =>
      aspect === "status" &&
      theirs.status === 200 &&
      /[<>=]/.test(query) &&
      ours.error.startsWith("multiple matches for labels: many-to-one"),
  },
  { what: "histogram_fraction takes classic histograms", explains: results(/\bhistogram_fraction\(/, /latency_seconds_bucket/) },
  { what: "atan2 drops the name", explains: results(/\batan2\b/) },
  { what: "the timestamp of a selector with @ is that of its sample", explains: results(/\btimestamp\([^()]*@/) },
  { what: "a dot in a regular expression stands for a line feed, too", explains: ({ question: { query } }) => /path=~"a\.b"/.test(query) },
  { what: "extrapolation to zero is limited as all extrapolation is", explains: close(/\b(?:rate|increase)\(/, EXTRAPOLATION) },
  {
    what: "quantiles and fractions of native histograms are interpolated otherwise",
    explains: results(/\bhistogram_(?:quantile|fraction)\(/, /native_/),
  },
  {
    what: "2.42 takes a native histogram for 0 where a float is wanted, and where none is wanted 3.x leaves it out",
    explains: ({ aspect, question: { query }, places }) =>
      aspect === "labels" && query.includes("native_") && places.every((place) => place.startsWith("- ")),
  },
  {
    what: "what keeps or calculates with native histograms in 3.x makes floats of them in 2.42, mostly 0",
    explains: ({ aspect, question: { query }, places }) =>
      aspect === "values" && query.includes("native_") && places.every((place) => /: undefined \{| undefined$/.test(place)),
  },
  { what: "what follows from a native histogram that 2.42 takes for a float", explains: results(/native_/) },
  {
    what: "native histograms that are left out, or not, where they would be a second series of a match",
    explains: ({ aspect, question: { query }, ours, theirs }) =>
      aspect === "status" && query.includes("native_") && /same labelset|duplicate series|multiple matches/.test(theirs.error + ours.error),
  },
];

/** The first that fits explains a difference from a peer of that version. */
export const changesSince: Readonly<Record<2 | 3, readonly Change[]>> = { 2: [...since2, ...always], 3: [...since3, ...always] };
