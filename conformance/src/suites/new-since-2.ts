import type { Verdict } from "./format-query.ts";

/** A query of which Debian's server and our parser do not say the same. */
export interface Difference {
  readonly query: string;
  readonly ours: Verdict;
  readonly theirs: Verdict;
}

/** A change of the language from 2.42 to 3.14. */
export interface Change {
  readonly what: string;
  readonly explains: (difference: Difference) => boolean;
}

/** The functions of 3.14 that 2.42 does not know. */
export const newFunctions: ReadonlySet<string> = new Set(
  `double_exponential_smoothing end first_over_time histogram_avg histogram_quantiles histogram_stddev histogram_stdvar info mad_over_time
  max_of min_of range sort_by_label sort_by_label_desc start start_timestamp step ts_of_first_over_time ts_of_last_over_time
  ts_of_max_over_time ts_of_min_over_time`.split(/\s+/),
);

/** A printed query with its numbers in one form, whichever they are in. */
function withSameNumbers(text: string | undefined): string | undefined {
  return text?.replaceAll(/\b\d+(?:\.\d+)?(?:e[+-]\d+)?\b/g, (number) => String(Number(number)));
}

function refusedFor(pattern: RegExp): Change["explains"] {
  return ({ theirs }) => theirs.refusal !== undefined && pattern.test(theirs.refusal);
}

/** The first that fits explains a difference. */
export const newSince2: readonly Change[] = [
  {
    what: "functions that 2.42 does not know",
    explains: ({ theirs }) => newFunctions.has(/unknown function with name "(\w+)"/.exec(theirs.refusal ?? "")?.[1] ?? ""),
  },
  {
    what: "the functions start and end, which 2.42 knows after @ only",
    explains: ({ query, theirs }) => /\b(?:start|end)\(/.test(query) && theirs.refusal?.endsWith('unexpected "("') === true,
  },
  {
    what: "the function holt_winters is gone",
    explains: ({ ours }) => ours.refusal?.includes('unknown function with name "holt_winters"') === true,
  },
  {
    what: "numbers are printed without an exponent",
    explains: ({ ours, theirs }) => theirs.printed !== undefined && withSameNumbers(theirs.printed) === withSameNumbers(ours.printed),
  },
  {
    what: "underscores in numbers, and numbers that are told to be wrong by the lexer",
    explains: ({ query, ours }) => /\d_|_\d/.test(query) || /bad number or duration syntax/.test(ours.refusal ?? ""),
  },
  {
    what: "the operators </ and >/",
    explains: ({ query, theirs }) => /[<>]\//.test(query) && theirs.refusal?.includes("unexpected <op:/>") === true,
  },
  {
    what: "the words anchored, smoothed, fill, limitk, limit_ratio and step",
    explains: ({ query, theirs }) =>
      /\b(?:anchored|smoothed|fill(?:_left|_right)?|limitk|limit_ratio|step)\b/i.test(query) && theirs.refusal !== undefined,
  },
  {
    what: "a duration may stand where a number does",
    explains: refusedFor(/unexpected duration|unexpected number "[^"]+" in offset|trailing commas not allowed/),
  },
  {
    what: "what stands in brackets and after offset may be a number or an expression",
    explains: refusedFor(/duration|missing unit|unexpected <op:.> in (?:subquery|offset)|unexpected colon/),
  },
  {
    what: "names may be any text, in quotes; grouping labels may have colons",
    explains: refusedFor(/unexpected string .* in (?:label matching|grouping opts)|unexpected metric identifier .* in grouping opts/),
  },
  {
    what: "messages about regular expressions show the pattern as it was written",
    explains: refusedFor(/error parsing regexp/),
  },
];
