import { formatDuration } from "@ferula/durations";
import { compareUtf8, formatFloatE, formatFloatF, METRIC_NAME, type Matcher } from "@ferula/model";
import type { AtModifier, BinaryExpr, DurationOperand, Expr, NumberLiteral, VectorMatching, VectorSelector } from "./ast.ts";
import { chainOf } from "./chain.ts";
import { quoteString } from "./quote-string.ts";

/** The expression on one line, as upstream's `String()` prints it. Parsing the text gives the same tree again. */
export function formatExpr(expr: Expr): string {
  switch (expr.kind) {
    case "aggregate": {
      const param = expr.param === undefined ? "" : `${formatExpr(expr.param)}, `;
      return `${expr.op}${formatGrouping(expr)}(${param}${formatExpr(expr.expr)})`;
    }
    case "binary":
      return formatChain(expr);
    case "call":
      return `${expr.func}(${expr.args.map((arg) => formatExpr(arg)).join(", ")})`;
    case "matrix": {
      const { selector } = expr;
      const range = formatRange(expr);
      return `${formatMatchers(selector)}[${range}]${formatExtension(selector)}${formatAt(selector.at)}${formatOffset(selector)}`;
    }
    case "number":
      return formatNumber(expr);
    case "paren":
      return `(${formatExpr(expr.expr)})`;
    case "string":
      return quoteString(expr.value);
    case "subquery":
      return formatExpr(expr.expr) + formatSubquerySuffix(expr);
    case "unary":
      return expr.op + formatExpr(expr.expr);
    case "vector":
      return formatMatchers(expr) + formatAt(expr.at) + formatExtension(expr) + formatOffset(expr);
  }
}

function formatChain(expr: BinaryExpr): string {
  const { first, links } = chainOf(expr);
  let text = formatExpr(first);
  for (const link of links) text += ` ${formatOperator(link)} ${formatExpr(link.right)}`;
  return text;
}

/** The expression inside `[…]` or after `offset`. */
export function formatDurationExpr(operand: DurationOperand): string {
  switch (operand.kind) {
    case "duration_binary":
      return wrapped(operand.wrapped, formatDurationBinary(operand));
    case "duration_unary":
      return wrapped(operand.wrapped, `${operand.op === "-" ? "-" : ""}${formatDurationExpr(operand.operand)}`);
    case "duration_call":
      return wrapped(operand.wrapped, `${operand.func}()`);
    case "number":
      return formatNumber(operand);
  }
}

function formatDurationBinary({ op, left, right }: Extract<DurationOperand, { kind: "duration_binary" }>): string {
  const leftText = formatDurationExpr(left);
  const rightText = formatDurationExpr(right);
  return op === "min_of" || op === "max_of" ? `${op}(${leftText}, ${rightText})` : `${leftText} ${op} ${rightText}`;
}

function wrapped(isWrapped: boolean, text: string): string {
  return isWrapped ? `(${text})` : text;
}

/** The clause of an aggregation, with the space before and after it, or nothing. */
export function formatGrouping({ grouping, without }: { readonly grouping: readonly string[]; readonly without: boolean }): string {
  if (without) return ` without (${formatLabelNames(grouping)}) `;
  return grouping.length > 0 ? ` by (${formatLabelNames(grouping)}) ` : "";
}

/** A binary operator with its modifiers. */
export function formatOperator(expr: BinaryExpr): string {
  return expr.op + (expr.returnBool ? " bool" : "") + (expr.matching === undefined ? "" : formatMatching(expr.matching));
}

function formatMatching({ card, labels, on, include, fillLeft, fillRight }: VectorMatching): string {
  const isGrouped = card === "many-to-one" || card === "one-to-many";
  let text = "";
  if (labels.length > 0 || on || isGrouped) text += ` ${on ? "on" : "ignoring"} (${formatLabelNames(labels)})`;
  if (isGrouped) text += ` group_${card === "many-to-one" ? "left" : "right"} (${formatLabelNames(include)})`;
  // NaN differs from itself, here and upstream.
  if (fillLeft !== undefined && fillLeft === fillRight) return `${text} fill (${formatFill(fillLeft)})`;
  if (fillLeft !== undefined) text += ` fill_left (${formatFill(fillLeft)})`;
  if (fillRight !== undefined) text += ` fill_right (${formatFill(fillRight)})`;
  return text;
}

/** Go's `%v` of a float: scientific below 1e-4 and from 1e21. */
function formatFill(value: number): string {
  const magnitude = Math.abs(value);
  return magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e21) ? formatFloatE(value) : formatFloatF(value);
}

function formatLabelNames(names: readonly string[]): string {
  return names.map((name) => formatLabelName(name)).join(", ");
}

function formatLabelName(name: string): string {
  return plainLabelName.test(name) ? name : quoteString(name);
}

const plainLabelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** `[range:step]` and the modifiers of a subquery. */
export function formatSubquerySuffix(expr: Extract<Expr, { kind: "subquery" }>): string {
  let step = expr.stepMs === 0 ? "" : formatDuration(expr.stepMs);
  if (expr.stepMs === 0 && expr.stepExpr !== undefined) step = formatDurationExpr(expr.stepExpr);
  return `[${formatRange(expr)}:${step}]${formatAt(expr.at)}${formatOffset(expr)}`;
}

interface Ranged {
  readonly rangeMs: number;
  readonly rangeExpr: DurationOperand | undefined;
}

function formatRange({ rangeMs, rangeExpr }: Ranged): string {
  return rangeExpr === undefined ? formatDuration(rangeMs) : formatDurationExpr(rangeExpr);
}

interface Shifted {
  readonly offsetMs: number;
  readonly offsetExpr: DurationOperand | undefined;
}

function formatOffset({ offsetMs, offsetExpr }: Shifted): string {
  if (offsetExpr !== undefined) return ` offset ${formatDurationExpr(offsetExpr)}`;
  return offsetMs === 0 ? "" : ` offset ${formatDuration(offsetMs)}`;
}

function formatAt(at: AtModifier | undefined): string {
  if (at === undefined) return "";
  return at.kind === "timestamp" ? ` @ ${(at.timestampMs / 1000).toFixed(3)}` : ` @ ${at.kind}()`;
}

function formatExtension({ anchored, smoothed }: VectorSelector): string {
  if (anchored) return " anchored";
  return smoothed ? " smoothed" : "";
}

function formatMatchers({ name, matchers }: VectorSelector): string {
  const texts = matchers
    .filter((matcher) => name === "" || matcher.name !== METRIC_NAME || matcher.type !== "=" || matcher.value !== name)
    .map((matcher) => formatMatcher(matcher))
    .sort(compareUtf8);
  return texts.length === 0 ? (name === "" ? "{}" : name) : `${name}{${texts.join(",")}}`;
}

function formatMatcher({ name, type, value }: Matcher): string {
  return `${formatLabelName(name)}${type}${quoteString(value)}`;
}

function formatNumber({ value, isDuration }: NumberLiteral): string {
  if (!isDuration) return formatFloatF(value);
  // By whole nanoseconds, which are then cut to milliseconds, as upstream does.
  const ms = Math.trunc(Math.trunc(Math.abs(value) * 1e9) / 1e6);
  return value < 0 ? `-${formatDuration(ms)}` : formatDuration(ms);
}
