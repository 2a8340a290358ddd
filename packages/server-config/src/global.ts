import {
  booleanField,
  described,
  durationField,
  mapField,
  mappingField,
  omitEmpty,
  pathField,
  stringField,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { isValidLabelName, isValidLabelValue, labelsOf, type Labels } from "@ferula/model";
import {
  convertHistogramsField,
  extraMetricsField,
  failureLogField,
  limitField,
  nameEscapingField,
  nameValidationField,
  nativeHistogramsField,
  PROTOBUF_FIRST_PROTOCOLS,
  scrapeLimitsShape,
  scrapeProtocolsField,
} from "@ferula/scrape";
import { expandEnvironment } from "./expand-environment.ts";
import type { Environment, Reading, ScrapeDefaults } from "./reading.ts";

const DEFAULT_INTERVAL_MS = 60_000;
const DEFAULT_TIMEOUT_MS = 10_000;

/** In upstream's order (config/config.go `GlobalConfig`). */
function globalShape(environment: Environment) {
  return {
    scrape_interval: described(omitEmpty(durationField(0)), "How often targets are scraped."),
    scrape_timeout: described(omitEmpty(durationField(0)), "How long a scrape may take; never longer than the interval."),
    scrape_protocols: scrapeProtocolsField,
    evaluation_interval: described(omitEmpty(durationField(0)), "How often rules are evaluated."),
    rule_query_offset: described(omitEmpty(durationField(0)), "How far into the past rules look, so that late samples count."),
    query_log_file: described(pathField(), "The file that queries are logged to."),
    scrape_failure_log_file: failureLogField,
    external_labels: described(mapField(expandedField(environment)), "Labels of all that leaves here: alerts, federation, remote storage."),
    ...scrapeLimitsShape,
    keep_dropped_targets: described(limitField, "How many dropped targets of a job are kept to be shown; 0 keeps all."),
    metric_name_validation_scheme: nameValidationField,
    metric_name_escaping_scheme: described(nameEscapingField("global"), "How targets are asked to write names that need UTF-8."),
    scrape_native_histograms: nativeHistogramsField,
    convert_classic_histograms_to_nhcb: omitEmpty(convertHistogramsField),
    always_scrape_classic_histograms: described(omitEmpty(booleanField(false)), "Whether classic buckets are kept beside native ones."),
    extra_scrape_metrics: extraMetricsField,
  } as const;
}

/** The section `global`. Durations are milliseconds; external labels are expanded. */
export type GlobalSection = ConfigOf<ReturnType<typeof globalShape>>;

/** The section `global`, with what it leaves open filled in. What is read is noted in `reading`. */
export function globalField(reading: Reading): Field<GlobalSection> {
  const section = mappingField(globalShape(reading.environment), {
    checks: [
      { of: ["scrape_interval", "scrape_timeout"], check: checkTimeout },
      { of: ["external_labels", "metric_name_validation_scheme"], check: checkLabelNames },
    ],
  });
  return {
    ...section,
    read(at) {
      const before = at.source.mistakeCount();
      const global = section.read(at);
      if (at.source.mistakeCount() > before) return global;
      reading.global = withDefaults(global, at.node !== undefined, reading.scrapeDefaults);
      return reading.global;
    },
  };
}

function checkTimeout({ scrape_interval: intervalMs, scrape_timeout: timeoutMs }: GlobalSection, report: Report): void {
  if (timeoutMs > (intervalMs || DEFAULT_INTERVAL_MS)) report("scrape_timeout", "global scrape timeout greater than scrape interval");
}

function checkLabelNames(global: GlobalSection, report: Report): void {
  for (const name of global.external_labels.keys()) {
    if (!isValidLabelName(name, global.metric_name_validation_scheme || "utf8"))
      report("external_labels", `${goQuote(name)} is not a valid label name`);
  }
}

/** 0 stands for the default; the default timeout is never longer than the interval (config/config.go `GlobalConfig.UnmarshalYAML`). */
function withDefaults(global: GlobalSection, isWritten: boolean, { extraMetrics, protobufFirst }: ScrapeDefaults): GlobalSection {
  const intervalMs = global.scrape_interval || DEFAULT_INTERVAL_MS;
  return {
    ...global,
    scrape_interval: intervalMs,
    scrape_timeout: global.scrape_timeout || Math.min(DEFAULT_TIMEOUT_MS, intervalMs),
    scrape_protocols: global.scrape_protocols.length === 0 && protobufFirst ? PROTOBUF_FIRST_PROTOCOLS : global.scrape_protocols,
    evaluation_interval: global.evaluation_interval || DEFAULT_INTERVAL_MS,
    metric_name_validation_scheme: global.metric_name_validation_scheme || "utf8",
    // In a section that is written, what is left open goes with the validation of each job.
    metric_name_escaping_scheme: isWritten ? global.metric_name_escaping_scheme : "allow-utf-8",
    scrape_native_histograms: global.scrape_native_histograms ?? false,
    extra_scrape_metrics: global.extra_scrape_metrics ?? extraMetrics,
  };
}

/** The value of an external label: checked as it is written, then expanded from the environment. */
function expandedField(environment: Environment): Field<string> {
  const text = stringField();
  return {
    ...text,
    read(at) {
      const value = text.read(at);
      if (typeof value !== "string") return value;
      if (!isValidLabelValue(value)) at.source.report(at, `${goQuote(value)} is not a valid label value`);
      return expandEnvironment(value, environment, (name) => at.source.warn(at, `the environment variable ${name} is empty`));
    },
  };
}

/** The external labels. One without a value is none. */
export function externalLabels({ external_labels: labels }: Pick<GlobalSection, "external_labels">): Labels {
  return labelsOf([...labels]);
}
