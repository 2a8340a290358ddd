import { matchesAll, parseMatcher } from "@ferula/alerting";
import type { Labels, Matcher } from "@ferula/model";
import { compileRegexp, type Regexp } from "@ferula/regexp";
import type { Request } from "express";
import { ApiRefusal } from "./problems.ts";

const TRUE: ReadonlySet<string> = new Set(["1", "true", "yes", "ok", "y", "on", "selected", "checked", "t", "enabled"]);

/** A yes or no of the address; whatever isn't a yes is a no, an empty one is as none, and of several the last counts, as upstream has it. */
export function readFlag(req: Request, name: string, otherwise: boolean): boolean {
  const value = texts(req, name).at(-1) ?? "";
  return value === "" ? otherwise : TRUE.has(value.toLowerCase());
}

/** The `filter` parameters: matchers that must all hold. */
export function readFilter(req: Request): readonly Matcher[] {
  return readMatchers(req, "filter", "");
}

/** The `receiver_matchers` parameters: whether a receiver's labels match all of them. */
export function readReceiverMatchers(req: Request): (labels: Labels) => boolean {
  const matchers = readMatchers(req, "receiver_matchers", "failed to parse receiver_matchers param: ");
  return (labels) => matchesAll(matchers, labels);
}

/** The `receiver` parameter: an expression for the whole name of a receiver. */
export function readReceiver(req: Request): (name: string) => boolean {
  const pattern = texts(req, "receiver").at(-1) ?? "";
  if (pattern === "") return () => true;
  const regexp = compileReceiver(`^(?:${pattern})$`);
  return (name) => regexp.test(name);
}

function compileReceiver(pattern: string): Regexp {
  try {
    return compileRegexp(pattern, { anchored: false });
  } catch (error) {
    throw new ApiRefusal(400, `failed to parse receiver param: ${(error as Error).message}`);
  }
}

function readMatchers(req: Request, name: string, what: string): readonly Matcher[] {
  return texts(req, name).map((text) => {
    try {
      return parseMatcher(text);
    } catch (error) {
      throw new ApiRefusal(400, what + (error as Error).message);
    }
  });
}

function texts(req: Request, name: string): readonly string[] {
  const value = req.query[name];
  return (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === "string");
}
