import { HttpError } from "@ferula/http";
import type { EnabledCollector } from "./enabled-collectors.ts";

/** What the parameters of a scrape say about collectors; an empty list says nothing. */
export interface CollectorChoice {
  /** Values of `collect[]`: only these. */
  readonly collect: readonly string[];
  /** Values of `exclude[]`: all but these. Names that do not exist are fine. */
  readonly exclude: readonly string[];
}

/**
 * The collectors that a scrape asks for. Throws HttpError 400 when it names one to collect that is not there or not enabled, or does both
 * at once. As in upstream a scrape that excludes every collector gets them all: what is left is an empty list, which says nothing.
 */
export function chooseCollectors(
  enabled: readonly EnabledCollector[],
  knownNames: ReadonlySet<string>,
  { collect, exclude }: CollectorChoice,
): readonly EnabledCollector[] {
  if (collect.length > 0 && exclude.length > 0) throw new HttpError(400, "Combined collect and exclude queries are not allowed.");
  if (exclude.length > 0) {
    const left = enabled.filter(({ name }) => !exclude.includes(name));
    return left.length > 0 ? left : enabled;
  }
  if (collect.length === 0) return enabled;
  for (const name of collect) {
    if (enabled.some((one) => one.name === name)) continue;
    const reason = knownNames.has(name) ? `disabled collector: ${name}` : `missing collector: ${name}`;
    throw new HttpError(400, `Couldn't create filtered metrics handler: couldn't create collector: ${reason}`);
  }
  return enabled.filter(({ name }) => collect.includes(name));
}
