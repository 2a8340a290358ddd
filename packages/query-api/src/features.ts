import { functions, type ParseOptions } from "@ferula/promql-syntax";
import type { EvaluationFeatures } from "./routes/query.ts";
import type { FeatureSet } from "./ports.ts";
import { fuzzyAlgorithms } from "./search/scorer.ts";

const EXPERIMENTAL_AGGREGATORS: readonly string[] = ["limit_ratio", "limitk"];

const OPERATORS: readonly string[] =
  "!= !~ % * + - / < </ <= == =~ > >/ >= @ ^ and atan2 avg bottomk count count_values group max min or quantile stddev stdvar sum topk unless".split(
    " ",
  );

/** What this API and the language can do, in upstream's words (`/api/v1/features`); what is off can be looked up, too. */
export function ownFeatures(
  syntax: ParseOptions,
  { delayedNameRemoval = false, perStepStats = false, typeAndUnitLabels = false }: EvaluationFeatures,
  searches: boolean,
): FeatureSet {
  return new Map([
    [
      "api",
      new Map([
        ...switched(
          "exclude_alerts label_values_match openapi_3.1 openapi_3.2 query_stats query_warnings time_range_labels time_range_series".split(
            " ",
          ),
          true,
        ),
        ...switched(["search"], searches),
        // There whether or not searches are on, as in upstream.
        ...switched(
          fuzzyAlgorithms.map((algorithm) => `search_fuzz_alg_${algorithm}`),
          true,
        ),
      ]),
    ],
    [
      "promql",
      new Map([
        ...switched(["at_modifier", "bool", "by", "group_left", "group_right", "ignoring", "negative_offset", "offset", "on"], true),
        ...switched(["per_query_lookback_delta", "subqueries", "without"], true),
        ...switched(["type_and_unit_labels"], typeAndUnitLabels),
        ...switched(["anchored", "smoothed"], syntax.extendedRangeSelectors),
        ...switched(["fill", "fill_left", "fill_right"], syntax.binopFillModifiers),
        ...switched(["duration_expr"], syntax.durationExpressions),
        ...switched(["delayed_name_removal"], delayedNameRemoval),
        ...switched(["per_step_stats"], perStepStats),
      ]),
    ],
    [
      "promql_functions",
      new Map([...functions.values()].map(({ name, experimental }) => [name, !experimental || syntax.experimentalFunctions])),
    ],
    ["promql_operators", new Map([...switched(OPERATORS, true), ...switched(EXPERIMENTAL_AGGREGATORS, syntax.experimentalFunctions)])],
  ]);
}

/** The union; where both know a feature, `own` gives way. */
export function mergeFeatures(own: FeatureSet, others: FeatureSet): FeatureSet {
  const merged = new Map(own);
  for (const [category, features] of others) merged.set(category, new Map([...(own.get(category) ?? []), ...features]));
  return merged;
}

function switched(names: readonly string[], isOn: boolean): readonly (readonly [string, boolean])[] {
  return names.map((name) => [name, isOn]);
}
