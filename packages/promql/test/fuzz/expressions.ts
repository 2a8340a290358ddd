import { functions, type FunctionSignature, type ValueType } from "@ferula/promql-syntax";
import fc from "fast-check";
import { extendedRange, histogramSelector, range, selector, subqueryWindow } from "./selectors.ts";
import { oneOf, phrase, some, type Text } from "./phrase.ts";

const numbers = oneOf(
  "0 1 2 -1 0.5 -0.9 3 10 NaN Inf -Inf -0 1e308 -1e308 1e-320 5e-324 1e19 9007199254740993 0x1F 1_000 1e9 5m 1ms 292y 2.5 0.9 1e-9",
);

/** What may be a label's name, and what may not. */
const labels = oneOf([`"job"`, `"instance"`, `"le"`, `"new"`, `"__name__"`, `"data"`, `"é"`, `"a label"`, `""`, String.raw`"\xff"`]);
const strings = fc.oneof(labels, oneOf(`"$1-$2" "(.*)" "a|b" "(.)(.)?" "(" "x{1001}" "," "0"`));

const labelList = some(oneOf(`job instance le "é" data __name__ version`), 0, 2, ", ");
const grouping = fc.oneof({ arbitrary: phrase``, weight: 3 }, phrase` by (${labelList})`, phrase` without (${labelList})`);

const arithmetic = oneOf("+ - * / % ^ atan2 </ >/");
const comparison = oneOf("== != > < >= <=");
const fill = phrase` ${oneOf("fill fill_left fill_right")} (${oneOf("0 NaN -1 1e308")})`;
const group = phrase` ${oneOf("group_left group_right")} (${some(oneOf(`data version le "é"`), 0, 2, ", ")})`;
const on = fc.oneof({ arbitrary: phrase` on (job, instance)`, weight: 3 }, phrase` on (${labelList})`, phrase` ignoring (${labelList})`);
const joined = fc.oneof({ arbitrary: phrase``, weight: 4 }, group, fill, phrase`${group}${fill}`);
const matching = fc.oneof({ arbitrary: phrase``, weight: 2 }, on, phrase`${on}${joined}`, fill);

/** How many levels of calls and operators stand one in another. */
const MOST_DEPTH = 4;

/** Expressions of each type that are right by their types but for a few, with whatever in them that the language has. */
export const expressions: Readonly<Record<"vector" | "scalar" | "matrix" | "string", Text>> = fc.letrec<
  Record<"vector" | "scalar" | "matrix" | "string", string>
>((tie) => {
  const depth = { maxDepth: MOST_DEPTH, depthSize: "medium" as const, depthIdentifier: fc.createDepthIdentifier(), withCrossShrink: true };
  const [vector, scalar] = [tie("vector"), tie("scalar")];
  const ofType = { vector, scalar, matrix: tie("matrix"), string: strings };
  const aggregations = fc.oneof(
    phrase`${oneOf("sum avg min max count group stddev stdvar")}${grouping} (${vector})`,
    phrase`${oneOf("topk bottomk limitk limit_ratio quantile")}${grouping} (${scalar}, ${vector})`,
    phrase`count_values${grouping} (${strings}, ${vector})`,
  );
  const binaries = fc.oneof(
    phrase`(${vector} ${arithmetic}${matching} ${vector})`,
    phrase`(${vector} ${comparison}${oneOf(["", " bool"])}${matching} ${vector})`,
    phrase`(${vector} ${oneOf("and or unless")}${fc.oneof(phrase``, on)} ${vector})`,
    phrase`(${vector} ${fc.oneof(arithmetic, comparison, phrase`${comparison} bool`)} ${scalar})`,
    phrase`(${scalar} ${fc.oneof(arithmetic, comparison, phrase`${comparison} bool`)} ${vector})`,
    phrase`(-${vector})`,
    vector.map((text) => `(${text} / ${text})`),
    phrase`(${vector} ${fc.oneof(arithmetic, comparison)} on (job, instance) group_left () sum by (job, instance) (${vector}))`,
  );
  const particularCalls = fc.oneof(
    phrase`label_replace(${vector}, ${labels}, ${strings}, ${labels}, ${oneOf(`".*" "(.)(.*)" "a|()" "(?P<x>.)"`)})`,
    phrase`label_join(${vector}, ${labels}, ${strings}, ${labels}, ${labels})`,
    phrase`double_exponential_smoothing(${tie("matrix")}, ${oneOf("0.5 0.01 0.999")}, ${oneOf("0.5 0.01 0.999")})`,
    phrase`${oneOf("histogram_count histogram_sum histogram_avg histogram_stddev histogram_stdvar")}(${histogramSelector})`,
    phrase`histogram_quantile(${scalar}, ${histogramSelector})`,
    phrase`histogram_fraction(${scalar}, ${scalar}, ${histogramSelector})`,
    phrase`histogram_quantiles(${histogramSelector}, "q", 0.5, ${scalar})`,
    phrase`histogram_quantile(${scalar}, sum by (le, job) (rate(${histogramSelector}[5m])))`,
    phrase`sum${grouping} (rate(${histogramSelector}[2m]))`,
    phrase`${oneOf("rate increase delta")}(${extendedRange})`,
    phrase`${oneOf("changes resets rate")}(${extendedRange})`,
    phrase`${oneOf("start_timestamp timestamp")}(${selector})`,
    phrase`info(${vector}, {${oneOf(['data=~".+"', "", '__name__=~".+_info"', 'version="2"', '__name__="none"'])}})`,
  );
  return {
    vector: fc.oneof(
      depth,
      { arbitrary: selector, weight: 2 },
      { arbitrary: callsThatReturn("vector", ofType), weight: 6 },
      { arbitrary: aggregations, weight: 3 },
      { arbitrary: binaries, weight: 4 },
      { arbitrary: particularCalls, weight: 3 },
    ),
    scalar: fc.oneof(
      depth,
      { arbitrary: numbers, weight: 6 },
      { arbitrary: callsThatReturn("scalar", ofType), weight: 2 },
      { arbitrary: phrase`(${scalar} ${fc.oneof(arithmetic, phrase`${comparison} bool`)} ${scalar})`, weight: 1 },
      { arbitrary: phrase`(-${scalar})`, weight: 1 },
    ),
    matrix: fc.oneof(
      depth,
      { arbitrary: range, weight: 4 },
      { arbitrary: phrase`(${fc.oneof({ arbitrary: vector, weight: 6 }, scalar)})${subqueryWindow}`, weight: 1 },
    ),
    string: strings,
  };
});

/** Calls of every function with that result, so that a new one comes in by itself. */
function callsThatReturn(returns: ValueType, ofType: Readonly<Record<string, Text>>): Text {
  return fc.oneof(
    ...[...functions.values()].filter((signature) => signature.returns === returns).map((signature) => callOf(signature, ofType)),
  );
}

function callOf({ name, args, variadic }: FunctionSignature, ofType: Readonly<Record<string, Text>>): Text {
  const all = args.map((type) => ofType[type]);
  if (variadic === 0) return phrase`${name}(${inOrder(all)})`;
  const last = all.at(-1) ?? fc.constant("");
  return phrase`${name}(${inOrder(all.slice(0, -1))}${some(phrase`${all.length === 1 ? "" : ", "}${last}`, 0, 2, "")})`;
}

function inOrder(args: readonly Text[]): Text {
  return fc.tuple(...args).map((texts) => texts.join(", "));
}
