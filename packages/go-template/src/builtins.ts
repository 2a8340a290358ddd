import { equalsAny, isLess } from "./compare.ts";
import { indexValue, isTrue, lengthOf, sliceValue } from "./lookup.ts";
import { sprint, sprintf, sprintln, sprintPrinted } from "./printf.ts";
import { escapeHtmlText, escapeJsText, escapeUrlQuery } from "./text-escapers.ts";
import { type GoFunction, kindOf } from "./values.ts";

/**
 * The functions every template has. The parameter type `value` takes anything, nil and missing values included.
 * `and`, `or` and `call` are listed for their signatures; the evaluator treats them itself.
 */
export const builtins: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ["and", { params: ["value", "...value"], call: unreachable }],
  ["or", { params: ["value", "...value"], call: unreachable }],
  ["call", { params: ["value", "...value"], call: unreachable }],
  ["not", { params: ["value"], call: (value: unknown) => !isTrue(value) }],
  ["len", { params: ["value"], call: lengthOf }],
  ["index", { params: ["value", "...value"], call: (item: unknown, ...indexes: unknown[]) => indexValue(item, indexes) }],
  ["slice", { params: ["value", "...value"], call: (item: unknown, ...indexes: unknown[]) => sliceValue(item, indexes) }],
  ["print", { params: ["...any"], call: (...args: unknown[]) => sprint(args) }],
  ["printf", { params: ["string", "...any"], call: (format: string, ...args: unknown[]) => sprintf(format, args) }],
  ["println", { params: ["...any"], call: (...args: unknown[]) => sprintln(args) }],
  ["html", { params: ["...any"], call: (...args: unknown[]) => escapeHtmlText(argumentText(args)) }],
  ["js", { params: ["...any"], call: (...args: unknown[]) => escapeJsText(argumentText(args)) }],
  ["urlquery", { params: ["...any"], call: (...args: unknown[]) => escapeUrlQuery(argumentText(args)) }],
  ["eq", { params: ["value", "...value"], call: (first: unknown, ...others: unknown[]) => equalsAny(first, others) }],
  ["ne", { params: ["value", "value"], call: (a: unknown, b: unknown) => !equalsAny(a, [b]) }],
  ["lt", { params: ["value", "value"], call: isLess }],
  ["le", { params: ["value", "value"], call: (a: unknown, b: unknown) => isLess(a, b) || equalsAny(a, [b]) }],
  ["gt", { params: ["value", "value"], call: (a: unknown, b: unknown) => !isLess(a, b) && !equalsAny(a, [b]) }],
  ["ge", { params: ["value", "value"], call: (a: unknown, b: unknown) => !isLess(a, b) }],
]);

/** Text of the arguments of an escaping function; nil shows as an action would show it. */
function argumentText(args: readonly unknown[]): string {
  return sprintPrinted(args.map((arg) => (kindOf(arg) === "invalid" ? "<no value>" : arg)));
}

function unreachable(): never {
  throw new Error("BUG: the evaluator treats this function itself");
}
