import { parseGoFloat } from "@ferula/durations";
import { labelsKey } from "@ferula/model";
import { type Expr, ParseError, parseExpr } from "@ferula/promql-syntax";
import { compileRegexp, RegexpError } from "@ferula/regexp";
import type { AnnotationExpectation, Expectation, ExpectedSeries, TextMatch } from "./commands.ts";
import { parseSeriesLine, parseTimes, type Times } from "./parse-line.ts";
import { ScriptError } from "./script-error.ts";

/** The older forms of expectations, in the name of the command. */
export type EvalForm = "fail" | "info" | "ordered" | "warn" | undefined;

/** What of a command its expectation depends on. */
interface EvalHead {
  readonly form: EvalForm;
  readonly isInstant: boolean;
}

/** What the lines below an `eval` say, with the index of the first line behind them. */
export interface ParsedExpectation {
  readonly expected: Expectation;
  readonly next: number;
  /** What `expect range vector` says. */
  readonly times: Times | undefined;
}

type Kind = "fail" | "info" | "no_info" | "no_warn" | "ordered" | "warn";

/** What was gathered so far. */
interface Draft {
  readonly head: EvalHead;
  readonly matches: Record<Kind, TextMatch[]>;
  readonly series: Map<string, ExpectedSeries>;
  /** Of the older forms, which match the error beside what `expect fail` says. */
  readonly failTexts: TextMatch[];
  scalar: number | undefined;
  text: string | undefined;
  times: Times | undefined;
  /** The next series' place in the result. */
  position: number;
}

const anyText: TextMatch = { source: "^.*$", matches: (text) => !text.includes("\n") };

/** Reads the lines from the index `first` on, up to an empty one. Throws ScriptError. */
export function parseExpectation(lines: readonly string[], first: number, head: EvalHead): ParsedExpectation {
  const draft: Draft = {
    head,
    matches: { fail: [], info: [], no_info: [], no_warn: [], ordered: [], warn: [] },
    series: new Map(),
    failTexts: [],
    scalar: undefined,
    text: undefined,
    times: undefined,
    position: 1,
  };
  let next = first;
  while (next < lines.length && lines[next] !== "") {
    const isLast = parseExpectedLine(lines[next], next + 1, draft);
    next++;
    if (isLast) break;
  }
  return { expected: finished(draft), next, times: draft.times };
}

/** Returns whether nothing may follow. */
function parseExpectedLine(text: string, line: number, draft: Draft): boolean {
  if (draft.head.form === "fail" && text.startsWith("expected_fail_message")) {
    draft.failTexts.push(exactly(text.slice("expected_fail_message".length).trim()));
    return true;
  }
  if (draft.head.form === "fail" && text.startsWith("expected_fail_regexp")) {
    draft.failTexts.push(pattern(text.slice("expected_fail_regexp".length).trim(), line));
    return true;
  }
  if (text.startsWith("expect range vector")) {
    draft.times = parseRangeTimes(text, line);
    draft.position++;
  } else if (text.startsWith("expect string")) {
    draft.text = parseText(text.slice("expect string".length), line);
    draft.position++;
  } else if (text.split(" ", 1)[0] === "expect") {
    parseExpect(text, line, draft);
  } else {
    return parseValues(text, line, draft);
  }
  return false;
}

function parseValues(text: string, line: number, draft: Draft): boolean {
  const number = parseNumber(text);
  if (number !== undefined) {
    draft.scalar = number;
    return true;
  }
  const { labels, values } = parseSeriesLine(text, line);
  if (values.length > 1 && draft.head.isInstant && draft.times === undefined) {
    throw new ScriptError(line, "an instant query gives one value for a series; 'expect range vector' is for several");
  }
  draft.scalar = undefined;
  draft.series.set(labelsKey(labels), { labels, values, position: draft.position++ });
  return false;
}

function parseExpect(text: string, line: number, { matches }: Draft): void {
  const match = /^expect\s+(ordered|fail|warn|no_warn|info|no_info)(?:\s+(regex|msg):(.+))?$/.exec(text);
  if (match === null) throw new ScriptError(line, "invalid expect statement, must match `expect <type> <match_type>: <string>` format");
  const [, kind, by, source] = match as unknown as [string, Kind, "msg" | "regex" | undefined, string];
  matches[kind].push(by === undefined ? anyText : by === "msg" ? exactly(source.trim()) : pattern(source.trim(), line));
  const both = matches.info.length > 0 && matches.no_info.length > 0 ? "info and no_info" : "warn and no_warn";
  if (both === "info and no_info" || (matches.warn.length > 0 && matches.no_warn.length > 0)) {
    throw new ScriptError(line, `invalid expect lines, ${both} cannot be used together`);
  }
  if (matches.fail.length > 1) throw new ScriptError(line, "invalid expect lines, multiple expect fail lines are not allowed");
}

function parseRangeTimes(text: string, line: number): Times {
  const match = /^expect range vector\s+from\s+(.+)\s+to\s+(.+)\s+step\s+(.+)$/.exec(text);
  if (match === null) throw new ScriptError(line, `invalid range vector definition ${JSON.stringify(text)}`);
  return parseTimes(match[1], match[2], match[3], line);
}

function parseText(literal: string, line: number): string {
  let expr: Expr | undefined;
  try {
    expr = parseExpr(literal);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
  }
  if (expr?.kind === "string") return expr.value;
  throw new ScriptError(line, "expected string literal not valid - a quoted string literal is required");
}

/** A whole line that is a number, integers in any base of Go's. */
function parseNumber(text: string): number | undefined {
  const integer = /^([+-]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/.exec(text);
  if (integer !== null) return Number(integer[2].replace(/^0[oO]?(?=[0-7])/, "0o")) * (integer[1] === "-" ? -1 : 1);
  const number = parseGoFloat(text);
  return typeof number === "number" ? number : undefined;
}

function exactly(source: string): TextMatch {
  return { source, matches: (text) => text === source };
}

function pattern(source: string, line: number): TextMatch {
  try {
    return { source, matches: compileRegexp(source, { anchored: false }).test };
  } catch (error) {
    if (error instanceof RegexpError) throw new ScriptError(line, `invalid regex ${source}: ${error.message}`, { cause: error });
    throw error;
  }
}

function finished({ head, matches, series, failTexts, scalar, text, times }: Draft): Expectation {
  return {
    fails: head.form === "fail" || matches.fail.length > 0 ? [...failTexts, ...matches.fail] : undefined,
    isOrdered: head.form === "ordered" || matches.ordered.length > 0,
    warnings: annotations(head.form === "warn", matches.warn, matches.no_warn),
    infos: annotations(head.form === "info", matches.info, matches.no_info),
    scalar,
    text: text ?? "",
    series,
    holdsInRange: text === undefined && times === undefined,
  };
}

function annotations(isDue: boolean, matches: readonly TextMatch[], none: readonly TextMatch[]): AnnotationExpectation {
  return { isDue, isForbidden: none.length > 0, matches };
}
