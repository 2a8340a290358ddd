import {
  defineType,
  durationOfMs,
  GoDuration,
  goFloat,
  goFunction,
  goStruct,
  parseTemplates,
  safeHtml,
  timeOfMs,
  typeName,
  GoFloat,
  type GoObject,
  type TemplateFunction,
  type TemplateSet,
} from "@ferula/go-template";
import { goQuote, parseSignedDuration } from "@ferula/durations";
import {
  compareUtf8,
  fourDigits,
  humanize,
  humanize1024,
  humanizeDuration,
  humanizePercentage,
  labelPairs,
  parseFloatText,
  type Labels,
} from "@ferula/model";
import { compileRegexp } from "@ferula/regexp";
import type { VectorElement } from "./ports.ts";
import { queryEscape } from "./query-escape.ts";
import { isIP } from "node:net";

/** What a template of a rule sees. */
export interface TemplateData {
  /** How errors name the template: `__alert_Down`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** What `now` gives. */
  readonly evalTimeMs: number;
}

/** Upstream puts these before every template, so that `$labels` stands for `.Labels`. */
const DEFINITIONS = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

/** Evaluates a query of a template. */
export type TemplateQuery = (expr: string) => Promise<readonly VectorElement[]>;

/** More queries than this in one template are a mistake, such as a query in a loop over another's result. */
const MAX_QUERIES = 100;

/**
 * Expands a text of a rule. A template that fails gives a text that says so, as upstream's does: an alert must go out in any case.
 * `onError` is told of the failure.
 */
export async function expandTemplate(
  text: string,
  data: TemplateData,
  query: TemplateQuery,
  onError: (error: Error) => void,
): Promise<string> {
  if (!text.includes("{{")) return text;
  try {
    return await expandWithAnswers(text, data, query);
  } catch (error) {
    onError(error as Error);
    return `<error expanding template: ${(error as Error).message}>`;
  }
}

/** Runs the template until no query in it is without an answer. */
async function expandWithAnswers(text: string, data: TemplateData, query: TemplateQuery): Promise<string> {
  const answers = new Map<string, readonly VectorElement[]>();
  const waiting: Promise<unknown>[] = [];
  const set = templateSet(data.externalUrl, data.evalTimeMs, (expr) => {
    const answer = answers.get(expr);
    if (answer !== undefined) return answer;
    waiting.push(query(expr).then((vector) => answers.set(expr, vector)));
    // Ends this run; its error is never shown.
    throw new Error("waiting for a query");
  });
  failingAs(`error parsing template ${data.name}`, () => set.parse(data.name, DEFINITIONS + text));
  for (let round = 0; round <= MAX_QUERIES; round++) {
    try {
      return failingAs(`error executing template ${data.name}`, () => set.execute(data.name, templateValue(data)));
    } catch (error) {
      if (waiting.length === 0) throw error;
      await Promise.all(waiting.splice(0));
    }
  }
  throw new Error(`more than ${MAX_QUERIES} queries`);
}

function failingAs<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

/** What is wrong with a text, or undefined. Only its form is looked at. */
export function checkTemplate(text: string): string | undefined {
  if (!text.includes("{{")) return undefined;
  try {
    templateSet("", 0, () => []).parse("check", DEFINITIONS + text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function templateValue({ labels, value, externalLabels, externalUrl }: TemplateData): unknown {
  const fields = {
    Labels: new Map(labelPairs(labels)),
    ExternalLabels: new Map(labelPairs(externalLabels)),
    ExternalURL: externalUrl,
    Value: goFloat(value),
  };
  return goStruct(fields, { type: DATA });
}

interface Sample {
  readonly Labels: ReadonlyMap<string, string>;
  readonly Value: unknown;
}

type GoSample = GoObject<Sample>;
type QueryResult = GoObject<readonly GoSample[]>;

/** Go's names of the types, which users see in errors. */
const DATA = "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }";
const SAMPLE = "*template.sample";
const RESULT = "template.queryResult";

const queryResult: (samples: readonly GoSample[]) => QueryResult = defineType({ type: RESULT, underlying: (samples) => samples });

function templateSet(externalUrl: string, evalTimeMs: number, query: (expr: string) => readonly VectorElement[]): TemplateSet {
  return parseTemplates({ kind: "text", missingKey: "zero", funcs: functions(externalUrl, evalTimeMs, query) });
}

/** The functions of upstream's template/template.go, but for those that only consoles use. */
function functions(
  externalUrl: string,
  evalTimeMs: number,
  query: (expr: string) => readonly VectorElement[],
): Readonly<Record<string, TemplateFunction>> {
  const number =
    (format: (value: number) => string): TemplateFunction =>
    (value: unknown) =>
      format(toNumber(value));
  return {
    query: goFunction({ params: ["string"], call: (expr: string) => queryResult(query(expr).map(toSample)) }),
    first: goFunction({
      params: [RESULT],
      call: ({ self: samples }: QueryResult) => {
        if (samples.length === 0) throw new Error("first() called on vector with no elements");
        return samples[0];
      },
    }),
    label: goFunction({ params: ["string", SAMPLE], call: (name: string, { self }: GoSample) => self.Labels.get(name) ?? "" }),
    value: goFunction({ params: [SAMPLE], call: ({ self }: GoSample) => self.Value }),
    strvalue: goFunction({ params: [SAMPLE], call: ({ self }: GoSample) => self.Labels.get("__value__") ?? "" }),
    args: (...values: unknown[]) => new Map(values.map((value, i) => [`arg${i}`, value])),
    reReplaceAll: goFunction({
      params: ["string", "string", "string"],
      call: (pattern: string, to: string, text: string) => compileRegexp(pattern, { anchored: false }).replaceAll(text, to),
    }),
    match: goFunction({
      params: ["string", "string"],
      call: (pattern: string, text: string) => compileRegexp(pattern, { anchored: false }).test(text),
    }),
    title: goFunction({
      params: ["string"],
      call: (text: string) =>
        text.replace(/(^|[^\p{L}\p{N}'])(\p{L})/gu, (_, before: string, letter: string) => before + letter.toUpperCase()),
    }),
    toUpper: goFunction({ params: ["string"], call: (text: string) => text.toUpperCase() }),
    toLower: goFunction({ params: ["string"], call: (text: string) => text.toLowerCase() }),
    safeHtml: goFunction({ params: ["string"], call: safeHtml }),
    graphLink: goFunction({ params: ["string"], call: (expr: string) => graphLink(expr, "graph") }),
    tableLink: goFunction({ params: ["string"], call: (expr: string) => graphLink(expr, "table") }),
    sortByLabel: goFunction({
      params: ["string", RESULT],
      call: (name: string, { self: samples }: QueryResult) =>
        queryResult(samples.toSorted((a, b) => compareUtf8(a.self.Labels.get(name) ?? "", b.self.Labels.get(name) ?? ""))),
    }),
    stripPort: goFunction({ params: ["string"], call: stripPort }),
    stripDomain: goFunction({ params: ["string"], call: stripDomain }),
    humanize: number(humanize),
    humanize1024: number(humanize1024),
    humanizeDuration: number(humanizeDuration),
    humanizePercentage: number(humanizePercentage),
    humanizeTimestamp: number(humanizeTimestamp),
    toTime: (value: unknown) => timeOfMs(toNumber(value) * 1000),
    toDuration: (value: unknown) => durationOfMs(toNumber(value) * 1000),
    parseDuration: goFunction({ params: ["string"], returns: "float64", call: (text: string) => parseSignedDuration(text) / 1000 }),
    now: goFunction({ params: [], returns: "float64", call: () => evalTimeMs / 1000 }),
    pathPrefix: () => new URL(externalUrl).pathname.replace(/\/$/, ""),
    externalURL: () => externalUrl,
    urlQueryEscape: goFunction({ params: ["string"], call: (text: string) => queryEscape(text) }),
  };
}

function toSample({ labels, value }: VectorElement): GoSample {
  return goStruct({ Labels: new Map(labelPairs(labels)), Value: goFloat(value) }, { type: SAMPLE });
}

function toNumber(value: unknown): number {
  if (value instanceof GoDuration) return Number(value.nanoseconds) / 1e9;
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    const parsed = parseFloatText(value);
    if (parsed === undefined) throw new Error(`strconv.ParseFloat: parsing ${goQuote(value)}: invalid syntax`);
    return parsed;
  }
  if (value instanceof GoFloat) return value.value;
  if (typeof value === "bigint") return Number(value);
  throw new Error(`can't convert ${typeName(value)} to float`);
}

function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  const iso = new Date(seconds * 1000).toISOString();
  const fraction = iso.slice(19, 23).replace(/\.?0+$/, "");
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction} +0000 UTC`;
}

function graphLink(expr: string, tab: "graph" | "table"): string {
  return `/graph?g0.expr=${queryEscape(expr)}&g0.tab=${tab === "graph" ? 0 : 1}`;
}

/** The host of an address, its port taken off; a text that is no address with a port stays as it is. */
function stripPort(address: string): string {
  return splitPort(address)?.host ?? address;
}

/** The host without its domain; addresses stay. */
function stripDomain(address: string): string {
  const parts = splitPort(address);
  const host = parts?.host ?? address;
  if (isIP(host) !== 0) return address;
  const first = host.split(".")[0];
  return parts === undefined || parts.port === "" ? first : `${first}:${parts.port}`;
}

function splitPort(address: string): { readonly host: string; readonly port: string } | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(address);
  return match === null ? undefined : { host: match[1] ?? match[2], port: match[3] };
}
