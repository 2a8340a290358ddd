import {
  durationField,
  enumField,
  listField,
  mapField,
  mappingField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { isUtf8Name, isValidLabelValue, labelsOf, type Labels } from "@ferula/model";
import { histogramShape, SCRAPE_PROTOCOLS, scrapeLimitsShape } from "@ferula/scrape";
import { notYet } from "./not-yet.ts";
import { extraMetricsField, NAME_ESCAPINGS, NAME_VALIDATIONS, namingProblem } from "./scrape-job.ts";

const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/** Defaults are those of config/config.go `DefaultGlobalConfig`. */
const globalShape = {
  scrape_interval: durationField(DEFAULT_INTERVAL_MS),
  scrape_timeout: durationField(0),
  scrape_protocols: listField(enumField(SCRAPE_PROTOCOLS, "PrometheusText0.0.4")),
  evaluation_interval: durationField(DEFAULT_INTERVAL_MS),
  rule_query_offset: durationField(0),
  external_labels: mapField(stringField()),
  query_log_file: notYet("the query log"),
  scrape_failure_log_file: notYet("the log of failed scrapes"),
  ...scrapeLimitsShape,
  metric_name_validation_scheme: enumField(NAME_VALIDATIONS, ""),
  metric_name_escaping_scheme: enumField(NAME_ESCAPINGS, ""),
  ...histogramShape,
  extra_scrape_metrics: extraMetricsField,
} as const;

/** The section `global`. Durations are milliseconds. */
export type GlobalSection = ConfigOf<typeof globalShape>;

/** The section `global`, with the times filled in that it leaves open. */
export const globalField: Field<GlobalSection> = withTimes(withCheck(mappingField(globalShape), checkGlobal));

function checkGlobal(global: GlobalSection, report: Report): void {
  const { scrape_timeout: timeoutMs, scrape_protocols: protocols, external_labels: labels } = global;
  if (timeoutMs > (global.scrape_interval || DEFAULT_INTERVAL_MS))
    report("scrape_timeout", "global scrape timeout greater than scrape interval");
  if (new Set(protocols).size < protocols.length) report("scrape_protocols", "duplicated protocol in scrape_protocols");
  for (const [name, value] of labels) {
    if (!isUtf8Name(name)) report("external_labels", `${JSON.stringify(name)} is not a valid label name`);
    if (!isValidLabelValue(value)) report("external_labels", `${JSON.stringify(value)} is not a valid label value`);
  }
  const problem = namingProblem(global.metric_name_validation_scheme, global.metric_name_escaping_scheme);
  if (problem !== undefined) report("metric_name_escaping_scheme", problem);
}

/** 0 stands for the default; the default timeout is never longer than the interval. */
function withTimes(field: Field<GlobalSection>): Field<GlobalSection> {
  return {
    ...field,
    read(at) {
      const global = field.read(at);
      const intervalMs = global.scrape_interval || DEFAULT_INTERVAL_MS;
      return {
        ...global,
        scrape_interval: intervalMs,
        scrape_timeout: global.scrape_timeout || Math.min(DEFAULT_TIMEOUT_MS, intervalMs),
        evaluation_interval: global.evaluation_interval || DEFAULT_INTERVAL_MS,
      };
    },
  };
}

/**
 * The external labels, with `$NAME` and `${NAME}` taken from the environment and `$$` being a dollar (Go's os.Expand). A variable that is
 * not set is empty, and a label without a value is none.
 */
export function externalLabels(
  { external_labels: labels }: Pick<GlobalSection, "external_labels">,
  environment: Readonly<Record<string, string | undefined>>,
): Labels {
  const expand = (text: string): string =>
    text.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) =>
      all === "$$" ? "$" : (environment[braced ?? bare ?? ""] ?? ""),
    );
  return labelsOf([...labels].map(([name, value]) => [name, expand(value)] as const));
}
