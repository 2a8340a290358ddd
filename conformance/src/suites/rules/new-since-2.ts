import type { Verdict } from "./verdicts.ts";

/** A change of the checks from 2.42 to 3.14. */
export interface Change {
  readonly what: string;
  readonly explains: (ours: Verdict, theirs: Verdict) => boolean;
}

function some(verdict: Verdict, pattern: RegExp): boolean {
  return verdict.some((one) => pattern.test(one));
}

/** The first that fits explains a difference. One that explains none has to go. */
export const newSince2: readonly Change[] = [
  {
    what: "a group may have labels and a query offset",
    explains: (_ours, theirs) => some(theirs, /field (?:labels|query_offset) not found in type rulefmt\.RuleGroup/),
  },
  {
    what: "braces in the name of a record are minded apart",
    explains: (ours) => some(ours, /braces present in the recording rule name/),
  },
  {
    what: "a record, an alert or an expression that is null is none, and a list or a mapping is refused",
    explains: (ours) =>
      some(ours, /(?:record|alert|expr): cannot unmarshal a (?:list|mapping) into a string|(?:'record' or 'alert'|'expr') must be set/),
  },
  {
    what: "a duration is a number in an expression",
    explains: (_ours, theirs) => some(theirs, /parse error: unexpected duration/),
  },
  {
    what: "a parse error has other words",
    explains: (ours, theirs) => some(ours, /could not parse expression/) && some(theirs, /could not parse expression/),
  },
];
