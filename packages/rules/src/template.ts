import { goStruct, parseTemplates, type Meter, type TemplateSet } from "@ferula/go-template";
import { type FloatHistogram, labelPairs, type Labels } from "@ferula/model";
import type { VectorElement } from "./ports.ts";
import { sampleValue } from "./template-histogram.ts";
import { queryResult, templateFunctions, type QueryResult } from "./template-functions.ts";

/** What a template of a rule sees. */
export interface TemplateData {
  /** How errors name the template: `__alert_Down`. */
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
  /** Instead of the value, where the sample is a histogram. */
  readonly histogram?: FloatHistogram | undefined;
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

/** Runs the template until no query in it is without an answer. All runs together may take the steps of one. */
async function expandWithAnswers(text: string, data: TemplateData, query: TemplateQuery): Promise<string> {
  const answers = new Map<string, QueryResult>();
  let waiting: string | undefined;
  let stepsBefore = 0;
  let isFirstQuery = true;
  const set = templateSet(data.externalUrl, data.evalTimeMs, (meter, expr) => {
    if (isFirstQuery) meter.spend(stepsBefore);
    isFirstQuery = false;
    const answer = answers.get(expr);
    if (answer !== undefined) return answer;
    if (answers.size === MAX_QUERIES) return meter.refuse(`more than ${MAX_QUERIES} queries`);
    waiting = expr;
    stepsBefore = meter.spent;
    // Ends this run; its error is never shown.
    throw new Error("waiting for a query");
  });
  failingAs(`error parsing template ${data.name}`, () => set.parse(data.name, DEFINITIONS + text));
  for (;;) {
    waiting = undefined;
    isFirstQuery = true;
    try {
      return failingAs(`error executing template ${data.name}`, () => set.execute(data.name, templateValue(data)));
    } catch (error) {
      if (waiting === undefined) throw error;
    }
    answers.set(waiting, queryResult(await query(waiting)));
  }
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
    templateSet("", 0, () => queryResult([])).parse("check", DEFINITIONS + text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function templateValue({ labels, value, histogram, externalLabels, externalUrl }: TemplateData): unknown {
  const fields = {
    Labels: new Map(labelPairs(labels)),
    ExternalLabels: new Map(labelPairs(externalLabels)),
    ExternalURL: externalUrl,
    Value: sampleValue({ value, histogram }),
  };
  return goStruct(fields, { type: DATA });
}

/** Go's name of the type, which users see in errors. */
const DATA = "struct { Labels map[string]string; ExternalLabels map[string]string; ExternalURL string; Value interface {} }";

function templateSet(externalUrl: string, evalTimeMs: number, query: (meter: Meter, expr: string) => QueryResult): TemplateSet {
  return parseTemplates({ kind: "text", missingKey: "zero", funcs: templateFunctions(externalUrl, evalTimeMs, query) });
}
