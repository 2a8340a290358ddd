import { PromError } from "@ferula/model";
import type { Request } from "express";
import { parseGoQuery, type GoQuery } from "./go-query.ts";

/** The parameters of a request: those of a form in its body first, then those of its address. */
export interface Params {
  /** The first value; undefined where there is none, or an empty one. */
  readonly get: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
}

const NOTHING: GoQuery = { pairs: [], problem: undefined };

/** Reads the parameters; those that can't be decoded are missing. A form in the body must have been read as text. */
export function readParams(req: Request): Params {
  return paramsOf(readBoth(req));
}

/** As `readParams`, for the handlers that refuse what can't be decoded. Throws PromError("bad_data"). */
export function readWholeParams(req: Request): Params {
  const both = readBoth(req);
  for (const { problem } of both) if (problem !== undefined) throw new PromError("bad_data", `error parsing form values: ${problem}`);
  return paramsOf(both);
}

function readBoth(req: Request): readonly GoQuery[] {
  const address = req.originalUrl;
  const mark = address.indexOf("?");
  return [typeof req.body === "string" ? parseGoQuery(req.body) : NOTHING, mark < 0 ? NOTHING : parseGoQuery(address.slice(mark + 1))];
}

function paramsOf(sources: readonly GoQuery[]): Params {
  const values = new Map<string, string[]>();
  for (const [name, value] of sources.flatMap(({ pairs }) => pairs)) {
    const known = values.get(name);
    if (known === undefined) values.set(name, [value]);
    else known.push(value);
  }
  return { get: (name) => values.get(name)?.[0] || undefined, all: (name) => values.get(name) ?? [] };
}

/** A refusal of a parameter, as upstream words it. */
export function invalidParam(name: string, reason: string): PromError {
  return new PromError("bad_data", `invalid parameter "${name}": ${reason}`);
}
