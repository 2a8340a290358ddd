import { described, keepEmpty, listField, mappingField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import type { LateChecks } from "../late-checks.ts";
import { needed } from "../part-checks.ts";
import { timeIntervalField } from "./time-interval.ts";

const shape = {
  name: described(stringField(), "A name that is unique in the file, for routes."),
  time_intervals: described(keepEmpty(listField(timeIntervalField), []), "Times of which one must fit."),
} as const;

/** Intervals that routes name; a time is in them when it is in one of them. */
export type NamedIntervals = ConfigOf<typeof shape>;

/** An entry of `time_intervals` or of `mute_time_intervals`, the older list; both share their names. `what` stands in messages. */
export function namedIntervalsField(what: string, { names }: LateChecks): Field<NamedIntervals> {
  return mappingField(shape, {
    checks: [
      needed("name", `missing name in ${what}`),
      {
        of: ["name"],
        check({ name }, report) {
          if (name !== "" && names.timeIntervals.has(name)) report("name", `${what} ${goQuote(name)} is not unique`);
          names.timeIntervals.add(name);
        },
      },
    ],
  });
}
