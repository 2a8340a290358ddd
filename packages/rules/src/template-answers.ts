import type { Meter } from "@ferula/go-template";
import type { VectorElement } from "./ports.ts";
import { queryResult, type QueryResult } from "./template-functions.ts";

/** Evaluates a query of a template. */
export type TemplateQuery = (expr: string) => Promise<readonly VectorElement[]>;

/** How much a template may ask, and how. */
export interface AnswersOptions {
  /** More queries than this are a mistake, such as a query in a loop over another's result. */
  readonly maxQueries: number;
  /**
   * 1: a run ends at the first query without an answer. With more, a run goes on as if the answer were empty, to learn what else to ask,
   * and so many queries are under way at once; one that is asked only because another seemed empty costs its time and is forgotten.
   */
  readonly concurrency: number;
  /** What a step of an earlier run counts in the next: with 1, all runs together may take the steps of one. */
  readonly earlierStepCost: number;
}

/**
 * What a template asked, and was answered. Templates run without waiting, queries do not: so a template is run again with what was
 * answered since, until it finds all that it asks for. Each query is asked once.
 */
export interface TemplateAnswers {
  /** The template's `query`: throws what the query failed with, and refuses more queries than there may be. */
  readonly lookUp: (meter: Meter, expr: string) => QueryResult;
  /** Runs until a run has found every answer. Fails with what that run throws. */
  readonly complete: (run: () => string, query: TemplateQuery) => Promise<string>;
}

/** No answers yet. */
export function createAnswers({ maxQueries, concurrency, earlierStepCost }: AnswersOptions): TemplateAnswers {
  const answers = new Map<string, QueryResult | Error>();
  const waiting = new Set<string>();
  const nothingYet = queryResult([]);
  let meterOfRun: Meter | undefined;
  let earlierSteps = 0;

  function lookUp(meter: Meter, expr: string): QueryResult {
    if (meterOfRun === undefined) meter.spend(Math.floor(earlierSteps * earlierStepCost));
    meterOfRun = meter;
    const answer = answers.get(expr);
    if (answer instanceof Error) throw answer;
    if (answer !== undefined) return answer;
    if (!waiting.has(expr) && answers.size + waiting.size >= maxQueries) return meter.refuse(`more than ${maxQueries} queries`);
    waiting.add(expr);
    // The error of a run that waits is never shown.
    if (concurrency === 1) throw new Error("waiting for a query");
    return nothingYet;
  }

  async function complete(run: () => string, query: TemplateQuery): Promise<string> {
    for (;;) {
      meterOfRun = undefined;
      try {
        const text = run();
        if (waiting.size === 0) return text;
      } catch (error) {
        if (waiting.size === 0) throw error;
      }
      earlierSteps = stepsSoFar();
      await answerAll([...waiting], query);
      waiting.clear();
    }
  }

  /** Without what the run was charged for those before it. */
  function stepsSoFar(): number {
    const charged = Math.floor(earlierSteps * earlierStepCost);
    return earlierSteps + (meterOfRun?.spent ?? charged) - charged;
  }

  async function answerAll(exprs: readonly string[], query: TemplateQuery): Promise<void> {
    let next = 0;
    const answerSome = async (): Promise<void> => {
      while (next < exprs.length) {
        const expr = exprs[next++];
        answers.set(expr, await query(expr).then(queryResult, asError));
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, exprs.length) }, answerSome));
  }

  return { lookUp, complete };
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
