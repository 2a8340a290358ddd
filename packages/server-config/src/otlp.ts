import { booleanField, listField, mappedField, mappingField, omitEmpty, stringField, type ConfigOf, type Field } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { wordField } from "@ferula/scrape";
import type { Reading } from "./reading.ts";

/** Strategies after which names are of the legacy alphabet. */
const ESCAPING_STRATEGIES = ["UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes"] as const;
const STRATEGIES = [...ESCAPING_STRATEGIES, "NoUTF8EscapingWithSuffixes", "NoTranslation"] as const;

/** In upstream's order (config/config.go `OTLPConfig`). */
const otlpShape = {
  promote_all_resource_attributes: omitEmpty(booleanField(false)),
  promote_resource_attributes: attributesField("promote_resource_attributes", "promoted"),
  ignore_resource_attributes: attributesField("ignore_resource_attributes", "ignored"),
  translation_strategy: wordField(
    STRATEGIES,
    "UnderscoreEscapingWithSuffixes",
    (text) => `unsupported OTLP translation strategy ${goQuote(text)}`,
  ),
  keep_identifying_resource_attributes: omitEmpty(booleanField(false)),
  convert_histograms_to_nhcb: omitEmpty(booleanField(false)),
  promote_scope_metadata: omitEmpty(booleanField(false)),
  label_name_underscore_sanitization: omitEmpty(booleanField(true)),
  label_name_preserve_multiple_underscores: omitEmpty(booleanField(true)),
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
