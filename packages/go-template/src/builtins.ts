import { equalsAny, isLess } from "./compare.ts";
import { indexValue, isTrue, lengthOf, sliceValue } from "./lookup.ts";
import { sprint, sprintf, sprintln, sprintPrinted } from "./printf.ts";
import { escapeHtmlText, escapeJsText, escapeUrlQuery } from "./text-escapers.ts";
import type { Meter } from "./meter.ts";
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
  ["print", printing((meter, args) => sprint(args, meter))],
  [
    "printf",
    {
      params: ["string", "...any"],
      isMetered: true,
      call: (meter: Meter, format: string, ...args: unknown[]) => sprintf(format, args, meter),
    },
  ],
  ["println", printing((meter, args) => sprintln(args, meter))],
  ["html", printing((meter, args) => escapeHtmlText(argumentText(args, meter)))],
  ["js", printing((meter, args) => escapeJsText(argumentText(args, meter)))],
  ["urlquery", printing((meter, args) => escapeUrlQuery(argumentText(args, meter)))],
  [
    "eq",
    {
      params: ["value", "...value"],
      isMetered: true,
      call: (meter: Meter, first: unknown, ...others: unknown[]) => equalsAny(first, others, meter),
    },
  ],
  ["ne", { params: ["value", "value"], isMetered: true, call: (meter: Meter, a: unknown, b: unknown) => !equalsAny(a, [b], meter) }],
  ["lt", { params: ["value", "value"], call: isLess }],
  ["le", { params: ["value", "value"], call: (a: unknown, b: unknown) => isLess(a, b) || equalsAny(a, [b]) }],
  ["gt", { params: ["value", "value"], call: (a: unknown, b: unknown) => !isLess(a, b) && !equalsAny(a, [b]) }],
  ["ge", { params: ["value", "value"], call: (a: unknown, b: unknown) => !isLess(a, b) }],
]);

/** Text of the arguments of an escaping function; nil shows as an action would show it. */
function argumentText(args: readonly unknown[], meter: Meter): string {
  return sprintPrinted(
    args.map((arg) => (kindOf(arg) === "invalid" ? "<no value>" : arg)),
    meter,
  );
}

/** A function that makes one text of any arguments. */
function printing(print: (meter: Meter, args: readonly unknown[]) => string): GoFunction {
  return { params: ["...any"], isMetered: true, call: (meter: Meter, ...args: unknown[]) => print(meter, args) };
}

function unreachable(): never {
  throw new Error("BUG: the evaluator treats this function itself");
}
