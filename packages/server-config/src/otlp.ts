import { booleanField, enumField, listField, mappingField, stringField, withCheck, type ConfigOf, type Field } from "@ferula/config";

const ESCAPING_STRATEGIES = ["UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes"] as const;
const STRATEGIES = [...ESCAPING_STRATEGIES, "NoUTF8EscapingWithSuffixes", "NoTranslation"] as const;

const otlpShape = {
  promote_resource_attributes: attributesField(),
  promote_all_resource_attributes: booleanField(false),
  ignore_resource_attributes: attributesField(),
  translation_strategy: enumField(STRATEGIES, "UnderscoreEscapingWithSuffixes"),
  keep_identifying_resource_attributes: booleanField(false),
  convert_histograms_to_nhcb: booleanField(false),
  promote_scope_metadata: booleanField(false),
  label_name_underscore_sanitization: booleanField(true),
  label_name_preserve_multiple_underscores: booleanField(true),
} as const;

/** The section `otlp`: what becomes of metrics that the OTLP receiver takes. */
export type OtlpSection = ConfigOf<typeof otlpShape>;

/** The section `otlp`. It is read so that its mistakes are told; the receiver itself is switched on by a flag. */
export const otlpField: Field<OtlpSection> = withCheck(mappingField(otlpShape), (otlp, report) => {
  const { promote_all_resource_attributes: promotesAll, promote_resource_attributes: promoted, ignore_resource_attributes: ignored } = otlp;
  if (promotesAll && promoted.length > 0) {
    report(
      "promote_resource_attributes",
      "'promote_all_resource_attributes' and 'promote_resource_attributes' cannot be configured simultaneously",
    );
  }
  if (!promotesAll && ignored.length > 0) {
    report(
      "ignore_resource_attributes",
      "'ignore_resource_attributes' cannot be configured unless 'promote_all_resource_attributes' is true",
    );
  }
});

/** Whether metrics keep names that only the UTF-8 validation lets pass. */
export function keepsUtf8Names({ translation_strategy: strategy }: OtlpSection): boolean {
  return !(ESCAPING_STRATEGIES as readonly string[]).includes(strategy);
}

/** Names of attributes, each once and none empty; blanks around them don't count. */
function attributesField(): Field<readonly string[]> {
  return withCheck(listField(stringField()), (attributes, report) => {
    const names = attributes.map((name) => name.trim());
    if (names.includes("")) report("", "empty attribute");
    const repeated = names.find((name, i) => names.indexOf(name) < i);
    if (repeated !== undefined) report("", `duplicated attribute ${JSON.stringify(repeated)}`);
  });
}
