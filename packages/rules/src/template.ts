import {
  goFloat,
  goFunction,
  goStruct,
  parseTemplates,
  safeHtml,
  timeOfMs,
  type TemplateFunction,
  type TemplateSet,
} from "@ferula/go-template";
import { parseDuration } from "@ferula/durations";
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

/** What a template of a rule sees. */
export interface TemplateData {
  readonly labels: Labels;
  readonly value: number;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** Upstream puts these before every template, so that `$labels` stands for `.Labels`. */
const DEFINITIONS = "{{$labels := .Labels}}{{$externalLabels := .ExternalLabels}}{{$externalURL := .ExternalURL}}{{$value := .Value}}";

/** Evaluates a query of a template. */
export type TemplateQuery = (expr: string) => Promise<readonly VectorElement[]>;

/** Thrown inside a template for a query whose answer is not there yet: it is waited for, and the template runs again. */
class Pending extends Error {
  readonly answer: Promise<unknown>;
  constructor(answer: Promise<unknown>) {
    super("waiting for a query");
    this.answer = answer;
  }
}

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
  const answers = new Map<string, readonly VectorElement[]>();
  try {
    for (let round = 0; round <= MAX_QUERIES; round++) {
      const waiting: Pending[] = [];
      const set = templateSet(data.externalUrl, (expr) => {
        const answer = answers.get(expr);
        if (answer !== undefined) return answer;
        const pending = new Pending(query(expr).then((vector) => answers.set(expr, vector)));
        waiting.push(pending);
        throw pending;
      });
      try {
        return set.executeText(DEFINITIONS + text, templateValue(data));
      } catch (error) {
        if (waiting.length === 0) throw error;
        await Promise.all(waiting.map(({ answer }) => answer));
      }
    }
    throw new Error(`more than ${MAX_QUERIES} queries`);
  } catch (error) {
    onError(error as Error);
    return `<error expanding template: ${(error as Error).message}>`;
  }
}

/** What is wrong with a text, or undefined. Only its form is looked at. */
export function checkTemplate(text: string): string | undefined {
  if (!text.includes("{{")) return undefined;
  try {
    templateSet("", () => []).parse("check", DEFINITIONS + text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function templateValue({ labels, value, externalLabels, externalUrl }: TemplateData): unknown {
  return goStruct({
    Labels: new Map(labelPairs(labels)),
    ExternalLabels: new Map(labelPairs(externalLabels)),
    ExternalURL: externalUrl,
    Value: goFloat(value),
  });
}

interface Sample {
  readonly Labels: ReadonlyMap<string, string>;
  readonly Value: unknown;
}

function templateSet(externalUrl: string, query: (expr: string) => readonly VectorElement[]): TemplateSet {
  return parseTemplates({ kind: "text", missingKey: "zero", funcs: functions(externalUrl, query) });
}

/** The functions of upstream's template/template.go, but for those that only consoles use. */
function functions(externalUrl: string, query: (expr: string) => readonly VectorElement[]): Readonly<Record<string, TemplateFunction>> {
  const number =
    (format: (value: number) => string): TemplateFunction =>
    (value: unknown) =>
      format(toNumber(value));
  return {
    query: goFunction({ params: ["string"], call: (expr: string) => query(expr).map(toSample) }),
    first: (vector: readonly Sample[]) => {
      if (vector.length === 0) throw new Error("first() called on vector with no elements");
      return vector[0];
    },
    label: (name: string, sample: unknown) => sampleOf(sample).Labels.get(name) ?? "",
    value: (sample: unknown) => sampleOf(sample).Value,
    strvalue: (sample: unknown) => sampleOf(sample).Labels.get("__value__") ?? "",
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
    sortByLabel: (name: string, vector: readonly unknown[]) =>
      vector.toSorted((a, b) => compareUtf8(sampleOf(a).Labels.get(name) ?? "", sampleOf(b).Labels.get(name) ?? "")),
    stripPort: goFunction({ params: ["string"], call: stripPort }),
    stripDomain: goFunction({ params: ["string"], call: stripDomain }),
    humanize: number(humanize),
    humanize1024: number(humanize1024),
    humanizeDuration: number(humanizeDuration),
    humanizePercentage: number(humanizePercentage),
    humanizeTimestamp: number(humanizeTimestamp),
    toTime: (value: unknown) => timeOfMs(toNumber(value) * 1000),
    parseDuration: goFunction({ params: ["string"], returns: "float64", call: (text: string) => parseDuration(text) / 1000 }),
    now: goFunction({ params: [], returns: "float64", call: () => Date.now() / 1000 }),
    pathPrefix: () => new URL(externalUrl).pathname.replace(/\/$/, ""),
    externalURL: () => externalUrl,
    urlQueryEscape: goFunction({ params: ["string"], call: (text: string) => encodeURIComponent(text).replaceAll("%20", "+") }),
  };
}

/** A sample as templates see it; what it is made of stays at hand for the functions that get it back. */
function toSample({ labels, value }: VectorElement): unknown {
  const fields: Sample = { Labels: new Map(labelPairs(labels)), Value: goFloat(value) };
  const sample = goStruct({ ...fields }, { type: "template.sample" });
  sampleFields.set(sample, fields);
  return sample;
}

function sampleOf(value: unknown): Sample {
  const fields = sampleFields.get(value as object);
  if (fields === undefined) throw new Error("expected a sample");
  return fields;
}

const sampleFields = new WeakMap<object, Sample>();

function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "string") {
    const parsed = parseFloatText(value);
    if (parsed === undefined) throw new Error(`can't convert ${JSON.stringify(value)} to float`);
    return parsed;
  }
  return Number((value as { readonly value?: unknown } | null)?.value ?? value);
}

function humanizeTimestamp(seconds: number): string {
  if (!Number.isFinite(seconds)) return fourDigits(seconds);
  const iso = new Date(seconds * 1000).toISOString();
  const fraction = iso.slice(19, 23).replace(/\.?0+$/, "");
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction} +0000 UTC`;
}

function graphLink(expr: string, tab: "graph" | "table"): string {
  return `/graph?g0.expr=${encodeURIComponent(expr).replaceAll("%20", "+")}&g0.tab=${tab === "graph" ? 0 : 1}`;
}

function stripPort(address: string): string {
  return /^(\[[^\]]*\]|[^:]*):\d*$/.exec(address)?.[1].replace(/^\[(.*)\]$/, "$1") ?? address;
}

/** The host without its domain; addresses stay. */
function stripDomain(hostPort: string): string {
  const port = /:\d+$/.exec(hostPort)?.[0] ?? "";
  const host = hostPort.slice(0, hostPort.length - port.length);
  if (/^[\d.]+$/.test(host) || host.includes(":")) return hostPort;
  return host.split(".")[0] + port;
}
