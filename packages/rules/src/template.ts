import { goStruct, parseTemplates, type Meter, type TemplateSet } from "@ferula/go-template";
import { type FloatHistogram, labelPairs, type Labels } from "@ferula/model";
import { createAnswers, type AnswersOptions, type TemplateQuery } from "./template-answers.ts";
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

/** A rule asks little, and its queries one after another, as upstream does. */
const ANSWERS: AnswersOptions = { maxQueries: 100, concurrency: 1, earlierStepCost: 1 };

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

async function expandWithAnswers(text: string, data: TemplateData, query: TemplateQuery): Promise<string> {
  const { lookUp, complete } = createAnswers(ANSWERS);
  const set = templateSet(data.externalUrl, data.evalTimeMs, lookUp);
  failingAs(`error parsing template ${data.name}`, () => set.parse(data.name, DEFINITIONS + text));
  return complete(() => failingAs(`error executing template ${data.name}`, () => set.execute(data.name, templateValue(data))), query);
}

/** Does a part of an expansion; what it throws says which. */
export function failingAs<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${what}: ${(error as Error).message}`, { cause: error });
  }
}

/** What is wrong with a text, or undefined. Only its form is looked at; `name` is how the mistake calls it. */
export function checkTemplate(text: string, name: string): string | undefined {
  if (!text.includes("{{")) return undefined;
  try {
    templateSet("", 0, () => queryResult([])).parse(name, DEFINITIONS + text);
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
