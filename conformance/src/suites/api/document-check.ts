import { expect, print } from "../../harness.ts";
import { type Call, type Reply, send } from "./call.ts";
import type { Described } from "./schemas.ts";

/** What a tour shows of a document. */
export interface Coverage {
  /** Answers that have a schema and meet it. */
  readonly valid: number;
  /** Operations that were not answered with what they are for. */
  readonly unanswered: readonly string[];
  /** Answers that their schema does not take: the operation, the call, what is wrong. */
  readonly invalid: readonly Invalid[];
}

/** An answer that its schema does not take. */
export interface Invalid {
  readonly operation: string;
  readonly call: Call;
  readonly problem: string;
}

const API = "/api/v1";

/** Makes all calls at the server at `url`, and holds its answers against the document. */
export async function holdAgainst(document: readonly Described[], url: string, calls: readonly Call[]): Promise<Coverage> {
  const answered = new Set<string>();
  const invalid: Invalid[] = [];
  let valid = 0;
  for (const call of calls) {
    const described = operationOf(document, call);
    if (described === undefined) continue;
    const reply = await send(url, call);
    if (reply.status >= 200 && reply.status < 300) answered.add(described.name);
    const json = jsonOf(reply);
    if (json === undefined) continue;
    const problem = described.problemOf(reply.status, json);
    if (problem === undefined) valid++;
    else invalid.push({ operation: described.name, call, problem });
  }
  return { valid, unanswered: document.map(({ name }) => name).filter((name) => !answered.has(name)), invalid };
}

function operationOf(document: readonly Described[], { method, path }: Call): Described | undefined {
  if (!path.startsWith(API)) return undefined;
  const [below] = path.slice(API.length).split("?", 1) as [string];
  return document.find((one) => one.method === method && one.path.test(below));
}

function jsonOf({ headers, text }: Reply): unknown {
  return headers["content-type"] === "application/json" && text !== "" ? JSON.parse(text) : undefined;
}

/** Prints what is known to be missing or otherwise, by its reason, and throws the rest. */
export function judgeCoverage(
  document: string,
  { valid, unanswered, invalid }: Coverage,
  known: { readonly unanswered: Readonly<Record<string, string>>; readonly invalid: readonly KnownProblem[] },
): void {
  const reasons = new Map<string, number>();
  const count = (reason: string): void => void reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const failures: string[] = [];
  for (const name of unanswered) {
    const reason = known.unanswered[name];
    if (reason === undefined) failures.push(`${name} is not answered`);
    else count(`is not answered: ${reason}`);
  }
  for (const { operation, call, problem } of invalid) {
    const reason = known.invalid.find((one) => one.operation.test(operation) && one.problem.test(problem))?.reason;
    if (reason === undefined) failures.push(`${operation} (${call.path.slice(0, 120)}): ${problem.slice(0, 300)}`);
    else count(`is not as described: ${reason}`);
  }
  print(`    ${document}: ${valid} answers are as described`);
  for (const [reason, times] of reasons) print(`      ${times} ${reason}`);
  const error = Object.assign(new Error(`${document}: ${failures.length} failures:\n${failures.slice(0, 60).join("\n")}`), {
    stack: undefined,
  });
  if (failures.length > 0) throw error;
  expect(valid > 0, "no answer was held against the document");
}

/** What the document says wrongly. */
export interface KnownProblem {
  readonly operation: RegExp;
  readonly problem: RegExp;
  readonly reason: string;
}
