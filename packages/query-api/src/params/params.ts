import { PromError } from "@ferula/model";
import type { Request } from "express";

/** The parameters of a request: those of a form in its body first, then those of its address. */
export interface Params {
  /** The first value; undefined where there is none, or an empty one. */
  readonly get: (name: string) => string | undefined;
  readonly all: (name: string) => readonly string[];
}

/** Reads the parameters. The body must have been read as text. */
export function readParams(req: Request): Params {
  const address = req.originalUrl;
  const mark = address.indexOf("?");
  const ofAddress = new URLSearchParams(mark < 0 ? "" : address.slice(mark + 1));
  const ofForm = typeof req.body === "string" ? new URLSearchParams(req.body) : undefined;
  const all = (name: string): readonly string[] => [...(ofForm?.getAll(name) ?? []), ...ofAddress.getAll(name)];
  return { all, get: (name) => all(name)[0] || undefined };
}

/** A refusal of a parameter, as upstream words it. */
export function invalidParam(name: string, reason: string): PromError {
  return new PromError("bad_data", `invalid parameter "${name}": ${reason}`);
}
