import { print } from "../../harness.ts";
import { changesSince } from "./changes.ts";
import type { Difference } from "./compare.ts";

/** So many differences are shown of those that nothing explains, and so much of each. */
const SHOWN = 60;
const SHOWN_CHARS = 300;
/** What is shown before the place where two parts begin to differ. */
const CONTEXT_CHARS = 80;

/** What was compared. */
export interface Comparison {
  readonly asked: number;
  readonly program: string;
  readonly major: 2 | 3;
}

/** Prints how many differences each change explains, and throws those that none does. */
export function judge(found: readonly Difference[], { asked, program, major }: Comparison): void {
  const counts = new Map<string, number>();
  const unexplained: Difference[] = [];
  for (const one of found) {
    const what = changesSince[major].find(({ explains }) => explains(one))?.what;
    if (what === undefined) unexplained.push(one);
    else counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  const calls = new Set(found.map(({ call }) => call)).size;
  print(`    ${program}: ${asked - calls} of ${asked} calls are answered alike`);
  for (const [what, count] of counts) print(`      ${count} differ by: ${what}`);
  if (unexplained.length === 0) return;
  const shown = unexplained.slice(0, SHOWN).map(describe);
  // The list says where; a stack would say it of the runner.
  throw Object.assign(new Error(`${unexplained.length} differences, theirs first:\n${shown.join("\n")}`), { stack: undefined });
}

function describe({ call: { method, path, body }, aspect, parts }: Difference): string {
  const form = body === undefined ? "" : ` with ${body.slice(0, 80).toString()}`;
  return [`${aspect}: ${method} ${path.slice(0, 160)}${form}`, ...parts.map((part) => aroundDifference(part, parts))].join("\n    ");
}

/** A part from shortly before the place where the two begin to differ. */
function aroundDifference(part: string, [a, b]: readonly [string, string]): string {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const from = Math.max(0, at - CONTEXT_CHARS);
  return JSON.stringify((from > 0 ? "…" : "") + part.slice(from, from + SHOWN_CHARS));
}
