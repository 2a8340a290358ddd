import { lowerCase, upperCase } from "@ferula/bytes";
import {
  anyMap,
  convertToFloat,
  defineType,
  goFunction,
  goStruct,
  pointerTo,
  regexpFunctions,
  safeHtml,
  titleFunction,
  type GoObject,
  type Meter,
  type TemplateFunction,
} from "@ferula/go-template";
import { parseGoFloat, parseSignedDuration } from "@ferula/durations";
import { compareUtf8, humanize, humanize1024, humanizeDuration, humanizePercentage, labelPairs } from "@ferula/model";
import { compileRegexp } from "@ferula/regexp";
import type { VectorElement } from "./ports.ts";
import { queryEscape } from "./query-escape.ts";
import { durationOfSeconds, humanizeTimestamp, timeOfSeconds } from "./template-time.ts";
import { sampleValue } from "./template-histogram.ts";
import { stripDomain, stripPort } from "./template-address.ts";

interface Sample {
  readonly Labels: ReadonlyMap<string, string>;
  readonly Value: unknown;
}

type GoSample = GoObject<Sample>;

/** What `query` gives to a template. */
export type QueryResult = GoObject<readonly GoSample[]>;

/** Go's names of the types, which users see in errors. */
const SAMPLE = "*template.sample";
const RESULT = "template.queryResult";

const resultOf: (samples: readonly GoSample[]) => QueryResult = defineType({ type: RESULT, underlying: (samples) => samples });

/** The answer of a query as templates see it. */
export function queryResult(vector: readonly VectorElement[]): QueryResult {
  return resultOf(vector.map(toSample));
}

function toSample(element: VectorElement): GoSample {
  return goStruct({ Labels: new Map(labelPairs(element.labels)), Value: sampleValue(element) }, { type: SAMPLE });
}

/** The functions of upstream's template/template.go, but for `tmpl`, which only consoles have. */
export function templateFunctions(
  externalUrl: string,
  evalTimeMs: number,
  query: (meter: Meter, expr: string) => QueryResult,
): Readonly<Record<string, TemplateFunction>> {
  return {
    query: goFunction({ params: ["string"], isMetered: true, call: query }),
    first: goFunction({ params: [RESULT], call: first }),
    label: goFunction({ params: ["string", SAMPLE], call: (name: string, { self }: GoSample) => self.Labels.get(name) ?? "" }),
    value: goFunction({ params: [SAMPLE], call: ({ self }: GoSample) => self.Value }),
    strvalue: goFunction({ params: [SAMPLE], call: ({ self }: GoSample) => self.Labels.get("__value__") ?? "" }),
    args: (...values: unknown[]) => anyMap(new Map(values.map((value, i) => [`arg${i}`, value]))),
    ...regexpFunctions((pattern) => compileRegexp(pattern, { anchored: false })),
    title: titleFunction("kept"),
    toUpper: goFunction({ params: ["string"], call: upperCase }),
    toLower: goFunction({ params: ["string"], call: lowerCase }),
    safeHtml: goFunction({ params: ["string"], call: safeHtml }),
    graphLink: goFunction({ params: ["string"], call: (expr: string) => graphLink(expr, "graph") }),
    tableLink: goFunction({ params: ["string"], call: (expr: string) => graphLink(expr, "table") }),
    sortByLabel: goFunction({ params: ["string", RESULT], isMetered: true, call: sortByLabel }),
    stripPort: goFunction({ params: ["string"], call: stripPort }),
    stripDomain: goFunction({ params: ["string"], call: stripDomain }),
    humanize: ofNumber(humanize),
    humanize1024: ofNumber(humanize1024),
    humanizeDuration: ofNumber(humanizeDuration),
    humanizePercentage: ofNumber(humanizePercentage),
    humanizeTimestamp: ofNumber(humanizeTimestamp),
    toTime: ofNumber((seconds) => pointerTo(timeOfSeconds(seconds))),
    toDuration: ofNumber((seconds) => pointerTo(durationOfSeconds(seconds))),
    parseDuration: goFunction({ params: ["string"], returns: "float64", call: (text: string) => parseSignedDuration(text) / 1000 }),
    now: goFunction({ params: [], returns: "float64", call: () => evalTimeMs / 1000 }),
    pathPrefix: goFunction({ params: [], call: () => URL_PATH.exec(externalUrl)?.groups?.path ?? "" }),
    externalURL: goFunction({ params: [], call: () => externalUrl }),
    urlQueryEscape: goFunction({ params: ["string"], call: queryEscape }),
  };
}

/** Their names. */
export function templateFunctionNames(): readonly string[] {
  return Object.keys(templateFunctions("", 0, () => queryResult([])));
}

const URL_PATH = /^[^:]*:\/\/[^/?#]*(?<path>[^?#]*)/;

function first({ self: samples }: QueryResult): GoSample {
  if (samples.length === 0) throw new Error("first() called on vector with no elements");
  return samples[0];
}

/** Steps that it is worth to sort a sample among others. */
const STEPS_PER_SORTED_SAMPLE = 4;

function sortByLabel(meter: Meter, name: string, { self: samples }: QueryResult): QueryResult {
  meter.spend(STEPS_PER_SORTED_SAMPLE * samples.length);
  return resultOf(samples.toSorted((a, b) => compareUtf8(a.self.Labels.get(name) ?? "", b.self.Labels.get(name) ?? "")));
}

function ofNumber(call: (value: number) => unknown): TemplateFunction {
  return goFunction({ params: ["any"], call: (value: unknown) => call(convertToFloat(value, parseGoFloat)) });
}

function graphLink(expr: string, tab: "graph" | "table"): string {
  return `/graph?g0.expr=${queryEscape(expr)}&g0.tab=${tab === "graph" ? 0 : 1}`;
}
