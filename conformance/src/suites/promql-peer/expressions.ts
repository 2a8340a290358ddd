import { scalarCall, vectorCall } from "./calls.ts";
import type { Random } from "./random.ts";
import { rangeOf, selector } from "./selectors.ts";
import { LABELS, type Language, someLabels, type Speaker } from "./speaker.ts";

const AGGREGATORS = ["sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"];
const ARITHMETIC = ["+", "-", "*", "/", "%", "^", "atan2"];
const COMPARISONS = ["==", "!=", ">", "<", ">=", "<="];
const SETS = ["and", "or", "unless"];
const NUMBERS = ["0", "1", "2", "0.5", "-3", "1e3", "10", "100", "0.1", "NaN", "Inf", "-Inf", "1e-9"];
const MOST_DEPTH = 3;

/** An endless source of expressions, of which a few fail, by their types or when they are evaluated. */
export function createExpressions(random: Random, language: Language): () => string {
  const speaker: Speaker = {
    random,
    language,
    vector: (depth) => vector(speaker, depth),
    scalar: (depth) => scalar(speaker, depth),
    matrix: (depth) => rangeOf(speaker, depth),
  };
  return () => {
    const depth = random.below(MOST_DEPTH + 1);
    const kind = random.next();
    if (kind < 0.03) return scalar(speaker, depth);
    if (kind < 0.04) return rangeOf(speaker, depth);
    if (kind < 0.042) return '"text"';
    return vector(speaker, depth);
  };
}

/** How often each kind of vector is written, in percent. */
const vectors: readonly (readonly [share: number, write: (speaker: Speaker, depth: number) => string])[] = [
  [8, (speaker) => selector(speaker)],
  [42, vectorCall],
  [26, aggregation],
  [20, binary],
  [2, (speaker, depth) => `-${speaker.vector(depth)}`],
  [2, (speaker, depth) => `(${speaker.vector(depth)})`],
];

function vector(speaker: Speaker, depth: number): string {
  if (depth === 0) return selector(speaker);
  let left = speaker.random.next() * 100;
  for (const [share, write] of vectors) {
    left -= share;
    if (left < 0) return write(speaker, depth - 1);
  }
  return selector(speaker);
}

function scalar(speaker: Speaker, depth: number): string {
  const { random } = speaker;
  if (depth === 0 || random.chance(0.6)) return random.pick(NUMBERS);
  if (random.chance(0.5)) return scalarCall(speaker, depth - 1);
  const [left, right] = [speaker.scalar(depth - 1), speaker.scalar(depth - 1)];
  if (random.chance(0.7)) return `(${left} ${random.pick(ARITHMETIC)} ${right})`;
  // Without bool it is refused.
  return `(${left} ${random.pick(COMPARISONS)} ${random.chance(0.95) ? "bool " : ""}${right})`;
}

function aggregation(speaker: Speaker, depth: number): string {
  const { random } = speaker;
  const grouping = random.chance(0.3) ? "" : ` ${random.pick(["by", "by", "without"])} (${random.chance(0.05) ? "" : someLabels(speaker)})`;
  const [op, param] = aggregator(speaker);
  const args = `(${param}${speaker.vector(depth)})`;
  return random.chance(0.5) ? `${op}${grouping} ${args}` : `${op} ${args}${grouping}`;
}

/** An aggregator and the argument before its vector, with the comma. */
function aggregator(speaker: Speaker): readonly [op: string, param: string] {
  const { random, language } = speaker;
  if (language === 3 && random.chance(0.06)) {
    return random.chance(0.5)
      ? ["limitk", `${random.pick(["1", "2", "5", "0", "NaN"])}, `]
      : ["limit_ratio", `${random.pick(["0.5", "-0.5", "1", "0.2", "-0.9", "1.5"])}, `];
  }
  const kind = random.next();
  if (kind < 0.7) return [random.pick(AGGREGATORS), ""];
  if (kind < 0.85) return [random.pick(["topk", "bottomk"]), `${random.pick(["1", "2", "3", "10", "0", "-1"])}, `];
  if (kind < 0.95) return ["quantile", `${random.pick(["0.5", "0.9", "0", "1", "-1", "2", "NaN", "scalar(up)"])}, `];
  return ["count_values", random.chance(0.95) ? '"value", ' : `"${random.pick(LABELS)}", `];
}

function binary(speaker: Speaker, depth: number): string {
  const { random, language } = speaker;
  const kind = random.next();
  if (kind < 0.2) return `${operand(speaker, depth)} ${random.pick(SETS)}${matching(speaker)} ${operand(speaker, depth)}`;
  const isTrim = language === 3 && random.chance(0.05);
  const op = isTrim ? random.pick(["</", ">/"]) : kind < 0.65 ? random.pick(ARITHMETIC) : comparison(random);
  const side = random.next();
  if (side < 0.25) return `${operand(speaker, depth)} ${op} ${speaker.scalar(depth)}`;
  if (side < 0.4) return `${speaker.scalar(depth)} ${op} ${operand(speaker, depth)}`;
  const same = operand(speaker, depth);
  if (side < 0.5) return `${same} ${op}${matching(speaker)} ${same}`;
  const on = matching(speaker);
  return `${same} ${op}${on}${on === "" ? "" : joining(speaker)} ${operand(speaker, depth)}`;
}

function comparison(random: Random): string {
  return `${random.pick(COMPARISONS)}${random.chance(0.4) ? " bool" : ""}`;
}

/** One that groups by what both sides have finds partners more often than others. */
function operand(speaker: Speaker, depth: number): string {
  const text = speaker.vector(depth);
  return speaker.random.chance(0.3) ? `sum by (job, instance) (${text})` : `(${text})`;
}

function matching(speaker: Speaker): string {
  const { random } = speaker;
  const kind = random.next();
  if (kind < 0.4) return "";
  if (kind < 0.8) return " on (job, instance)";
  return ` ${random.pick(["on", "ignoring"])} (${someLabels(speaker)})`;
}

function joining({ random, language }: Speaker): string {
  const group = random.chance(0.4) ? ` ${random.pick(["group_left", "group_right"])} (${random.pick(["", "zone", "env"])})` : "";
  const fill =
    language === 3 && random.chance(0.1) ? ` ${random.pick(["fill", "fill_left", "fill_right"])} (${random.pick(["0", "1", "-5"])})` : "";
  return `${group}${fill}`;
}
