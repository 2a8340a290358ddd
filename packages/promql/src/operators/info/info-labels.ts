import { type Labels, labelValue, METRIC_NAME } from "@ferula/model";
import { executionError } from "../../control.ts";
import type { InfoMatchers } from "../../plan/info.ts";
import { withLabels } from "../labels.ts";

/**
 * The labels of a series with those of the info about it that it has not; an error where two infos differ in one. Undefined where there is
 * no info, but the matchers ask for some.
 */
export function enrichedLabels(labels: Labels, infos: readonly Labels[], { data }: InfoMatchers): Labels | Error | undefined {
  if (infos.length === 0 && data.some((matcher) => !matcher.matchesEmpty)) return undefined;
  const added = new Map<string, string>();
  for (const info of infos) {
    for (let i = 0; i < info.length; i += 2) {
      const name = info[i];
      if (name === METRIC_NAME || (data.length > 0 && !data.some((matcher) => matcher.name === name))) continue;
      const other = added.get(name);
      if (other !== undefined && other !== info[i + 1]) return executionError(`conflicting label: ${name}`);
      if (labelValue(labels, name) === "") added.set(name, info[i + 1]);
    }
  }
  return withLabels(labels, added);
}
