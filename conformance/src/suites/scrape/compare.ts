import type { Version } from "./configuration.ts";
import { type Aspect, aspects, type Observation } from "./observe.ts";

/** In what two servers differ over a case. */
export interface Difference {
  readonly name: string;
  readonly aspect: Aspect;
  /** What only the peer has, and what only ours has. */
  readonly missing: readonly string[];
  readonly surplus: readonly string[];
}

/** Where the observations of a case differ: what has the same lines in another order differs in its first line that is not in place. */
export function differences(name: string, ours: Observation, theirs: Observation, version: Version): readonly Difference[] {
  return aspects.flatMap((aspect) => {
    const [own, other] = [comparable(ours, aspect, version), comparable(theirs, aspect, version)];
    const missing = without(other, own);
    const surplus = without(own, other);
    if (missing.length + surplus.length > 0) return [{ name, aspect, missing, surplus }];
    const at = other.findIndex((line, i) => line !== own[i]);
    return at < 0 ? [] : [{ name, aspect, missing: [`${other[at]} (here in their order)`], surplus: [`${own[at]} (here in ours)`] }];
  });
}

/** 2.x words its errors otherwise, and has not the labels by which 3.x discovers how targets are scraped. */
function comparable(observation: Observation, aspect: Aspect, version: Version): readonly string[] {
  if (version === 3) return observation[aspect];
  if (aspect === "errors") return observation.errors.length > 0 ? ["an error"] : [];
  return observation[aspect].map((line) => line.replaceAll(/"__(?:always_scrape|convert|scrape_native)_[a-z_]+__":"[a-z]+",/g, ""));
}

/** The lines that `others` does not have, or not as often. */
function without(lines: readonly string[], others: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}
