import {
  booleanField,
  described,
  listField,
  mappedField,
  mappingField,
  omitEmpty,
  stringField,
  wordField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import type { Reading } from "./reading.ts";

/** Strategies after which names are of the legacy alphabet. */
const ESCAPING_STRATEGIES = ["UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes"] as const;
const STRATEGIES = [...ESCAPING_STRATEGIES, "NoUTF8EscapingWithSuffixes", "NoTranslation"] as const;

const strategyField = wordField(
  STRATEGIES,
  "UnderscoreEscapingWithSuffixes",
  (text) => `unsupported OTLP translation strategy ${goQuote(text)}`,
);

/** In upstream's order (config/config.go `OTLPConfig`). */
const otlpShape = {
  promote_all_resource_attributes: described(omitEmpty(booleanField(false)), "Whether all resource attributes not ignored become labels."),
  promote_resource_attributes: described(attributesField("promote_resource_attributes", "promoted"), "Resource attributes made labels."),
  ignore_resource_attributes: described(attributesField("ignore_resource_attributes", "ignored"), "Exceptions where all become labels."),
  translation_strategy: described(strategyField, "How names of metrics and attributes are turned into ours."),
  keep_identifying_resource_attributes: described(omitEmpty(booleanField(false)), "Whether `target_info` keeps identifying ones."),
  convert_histograms_to_nhcb: described(omitEmpty(booleanField(false)), "Whether histograms become native ones with custom buckets."),
  promote_scope_metadata: described(omitEmpty(booleanField(false)), "Whether name, version and attributes of the scope become labels."),
  label_name_underscore_sanitization: described(omitEmpty(booleanField(true)), "Whether labels that begin with `_` get the prefix `key`."),
  label_name_preserve_multiple_underscores: described(omitEmpty(booleanField(true)), "Whether runs of underscores stay in label names."),
} as const;

/** The section `otlp`: what becomes of metrics that the OTLP receiver takes. */
export type OtlpSection = ConfigOf<typeof otlpShape>;

/** The section `otlp`. It is read so that its mistakes are told; the receiver itself is switched on by a flag. */
export function otlpField(reading: Reading): Field<OtlpSection> {
  return mappingField(otlpShape, {
    checks: [
      {
        of: ["promote_all_resource_attributes", "promote_resource_attributes"],
        check({ promote_all_resource_attributes: promotesAll, promote_resource_attributes: promoted }, report) {
          if (promotesAll && promoted.length > 0)
            report(
              "promote_resource_attributes",
              "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
            );
        },
      },
      {
        of: ["promote_all_resource_attributes", "ignore_resource_attributes"],
        check({ promote_all_resource_attributes: promotesAll, ignore_resource_attributes: ignored }, report) {
          if (!promotesAll && ignored.length > 0)
            report(
              "ignore_resource_attributes",
              "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
            );
        },
      },
      {
        of: ["translation_strategy"],
        check({ translation_strategy: strategy }, report) {
          const keepsNames = !(ESCAPING_STRATEGIES as readonly string[]).includes(strategy);
          if (keepsNames && reading.global?.metric_name_validation_scheme === "legacy")
            report("translation_strategy", `OTLP translation strategy ${goQuote(strategy)} is not allowed when UTF8 is disabled`);
        },
      },
    ],
  });
}

/** Names of attributes, each once and none empty; blanks around them don't count. */
function attributesField(key: string, adjective: string): Field<readonly string[]> {
  return mappedField(
    listField(stringField()),
    (written, report) => {
      const names = written.map((name) => name.trim());
      for (const [i, name] of names.entries()) {
        if (name === "") report("", `invalid '${key}': empty ${adjective} OTel resource attribute`);
        else if (names.indexOf(name) < i) report("", `invalid '${key}': duplicated ${adjective} OTel resource attribute ${goQuote(name)}`);
      }
      return names;
    },
    (names) => names,
  );
}
