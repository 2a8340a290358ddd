import { matchesAll, parseMatcher } from "@ferula/alerting";
import type { Matcher } from "@ferula/model";
import { compileRegexp, type Regexp } from "@ferula/regexp";
import type { Request } from "express";
import { ApiRefusal } from "./problems.ts";

const TRUE: ReadonlySet<string> = new Set(["1", "true", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"]);

/** A yes or no of the address; whatever isn't a yes is a no, as upstream reads it. */
export function readFlag(req: Request, name: string, otherwise: boolean): boolean {
  const value = texts(req, name)[0];
  return value === undefined ? otherwise : TRUE.has(value);
}

/** The `filter` parameters: matchers that must all hold. */
export function readFilter(req: Request): readonly Matcher[] {
  return readMatchers(req, "filter");
}

function readMatchers(req: Request, name: string): readonly Matcher[] {
  return texts(req, name).map((text) => {
    try {
      return parseMatcher(text);
    } catch (error) {
      throw new ApiRefusal(400, `bad matcher format: ${(error as Error).message}`);
    }
  });
}

/** Whether a receiver is asked for: `receiver` is an expression for its whole name, `receiver_matchers` are matchers of its labels. */
export function readReceiver(req: Request): (name: string) => boolean {
  const pattern = texts(req, "receiver")[0] ?? "";
  const matchers = readMatchers(req, "receiver_matchers");
  let regexp: Regexp | undefined;
  try {
    if (pattern !== "") regexp = compileRegexp(pattern, { anchored: true });
  } catch (error) {
    throw new ApiRefusal(400, `failed to parse receiver param: ${(error as Error).message}`);
  }
  return (name) => regexp?.test(name) !== false && matchesAll(matchers, ["name", name]);
}

function texts(req: Request, name: string): readonly string[] {
  const value = req.query[name];
  return (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === "string");
}
