import { functions, type FunctionSignature, type ValueType } from "@ferula/promql-syntax";
import { newFunctions } from "../new-since-2.ts";
import { rangeOf, selector } from "./selectors.ts";
import { LABELS, type Language, type Speaker } from "./speaker.ts";

/** Those that make an instant vector; the others are chosen where a number is wanted. */
function namesThatReturn(type: ValueType): (language: Language) => readonly FunctionSignature[] {
  const all = [...functions.values()].filter(({ returns }) => returns === type);
  const known = all.filter(({ name }) => !newFunctions.has(name));
  return (language) => (language === 3 ? all : known);
}

const vectorFunctions = namesThatReturn("vector");
const scalarFunctions = namesThatReturn("scalar");

const QUANTILES = ["0.5", "0.9", "0", "1", "0.25", "0.99", "-1", "1.5", "NaN"];
const FRACTIONS = ["0.3", "0.5", "0.8", "0.1"];
/** Functions whose arguments would mostly be refused, or mean nothing, were they chosen by type alone. */
const special: Readonly<Record<string, (speaker: Speaker, depth: number) => readonly string[]>> = {
  label_replace: (speaker, depth) => [speaker.vector(depth), ...speaker.random.pick(REPLACEMENTS)],
  label_join: (speaker, depth) => [speaker.vector(depth), '"made"', '"-"', '"job"', `"${speaker.random.pick(LABELS)}"`],
  sort_by_label: (speaker, depth) => [speaker.vector(depth), `"${speaker.random.pick(LABELS)}"`, '"job"'],
  sort_by_label_desc: (speaker, depth) => [speaker.vector(depth), `"${speaker.random.pick(LABELS)}"`],
  histogram_quantile: (speaker, depth) => [speaker.random.pick(QUANTILES), histograms(speaker, depth)],
  histogram_quantiles: (speaker, depth) => [histograms(speaker, depth), '"q"', "0.5", speaker.random.pick(QUANTILES)],
  histogram_fraction: (speaker, depth) => [...speaker.random.pick(BOUNDS), histograms(speaker, depth)],
  quantile_over_time: (speaker, depth) => [speaker.random.pick(QUANTILES), speaker.matrix(depth)],
  double_exponential_smoothing: (speaker, depth) => [speaker.matrix(depth), ...[0, 0].map(() => speaker.random.pick(FRACTIONS))],
  predict_linear: (speaker, depth) => [speaker.matrix(depth), speaker.random.pick(["60", "3600", "-30", "0"])],
  clamp: (speaker, depth) => [speaker.vector(depth), ...speaker.random.pick(BOUNDS)],
  info: (speaker, depth) => [speaker.vector(depth), speaker.random.pick(['{env=~".+"}', '{__name__="build_info"}', '{version!=""}'])],
};

const REPLACEMENTS: readonly (readonly string[])[] = [
  ['"made"', '"$1!"', '"instance"', '"(.*)"'],
  ['"job"', '"same"', '"job"', '".+"'],
  ['"instance"', '""', '"instance"', '"a|b"'],
  ['"made"', '"${x}-$2"', '"job"', '"(?P<x>a)(.*)"'],
  ['"made"', '"$1"', '"job"', '"(["'],
  ['"__name__"', '"named"', '"job"', '"api"'],
];
const BOUNDS: readonly (readonly string[])[] = [
  ["0", "1"],
  ["-Inf", "0.5"],
  ["0.2", "2"],
  ["2", "1"],
  ["NaN", "1"],
];

/** What the functions of histograms are asked of. */
function histograms(speaker: Speaker, depth: number): string {
  const { random } = speaker;
  const kind = random.chance(0.5) ? "native" : "buckets";
  if (random.chance(0.2)) return speaker.vector(depth);
  const rate = random.chance(0.6)
    ? `${random.pick(["rate", "increase", "delta", "irate"])}(${rangeOf(speaker, 0, kind)})`
    : selector(speaker, kind);
  return random.chance(0.5) ? rate : `sum by (${kind === "buckets" ? "le, " : ""}job) (${rate})`;
}

/** A call that makes an instant vector. */
export function vectorCall(speaker: Speaker, depth: number): string {
  return call(speaker, depth, speaker.random.pick(vectorFunctions(speaker.language)));
}

/** A call that makes a number. */
export function scalarCall(speaker: Speaker, depth: number): string {
  return call(speaker, depth, speaker.random.pick(scalarFunctions(speaker.language)));
}

function call(speaker: Speaker, depth: number, { name, args, variadic }: FunctionSignature): string {
  const { random } = speaker;
  const texts = special[name]?.(speaker, depth) ?? args.map((type) => argument(speaker, depth, name, type));
  const mayEnd = variadic > 0 && special[name] === undefined && random.chance(0.5);
  return `${name}(${(mayEnd ? texts.slice(0, -1) : texts).join(", ")})`;
}

function argument(speaker: Speaker, depth: number, name: string, type: ValueType): string {
  const { random } = speaker;
  // A type that is refused, now and then.
  if (random.chance(0.004)) return random.pick(["1", '"text"', "up", "up[5m]"]);
  if (type === "scalar") return speaker.scalar(depth);
  if (type === "string") return '"text"';
  if (type === "matrix") return speaker.matrix(depth);
  return name.startsWith("histogram_") && random.chance(0.8) ? histograms(speaker, depth) : speaker.vector(depth);
}
