import {
  booleanField,
  bytesField,
  durationField,
  enumField,
  integerField,
  listField,
  mapField,
  requiredField,
  stringField,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { discoveryShape, type DiscoveryConfig } from "@ferula/discovery";
import { checkHttpConfig, httpClientShape } from "@ferula/http";
import { relabelConfigField } from "@ferula/relabel";

/** The names of exposition formats in a configuration. We ask for the text formats of those that are listed. */
export const SCRAPE_PROTOCOLS = [
  "PrometheusProto",
  "OpenMetricsText0.0.1",
  "OpenMetricsText1.0.0",
  "PrometheusText0.0.4",
  "PrometheusText1.0.0",
] as const;

/** What a job and `global` have in common: in a job, "unset" takes the global value. Durations are milliseconds, sizes bytes; 0 is no limit. */
export const scrapeLimitsShape = {
  body_size_limit: bytesField(0),
  sample_limit: integerField(0, { min: 0 }),
  target_limit: integerField(0, { min: 0 }),
  label_limit: integerField(0, { min: 0 }),
  label_name_length_limit: integerField(0, { min: 0 }),
  label_value_length_limit: integerField(0, { min: 0 }),
  keep_dropped_targets: integerField(0, { min: 0 }),
} as const;

/** A field that only takes what we do anyway: asking for more is refused, not ignored. */
export function onlyField(value: boolean | number, what: string): Field<boolean | number> {
  const field: Field<boolean | number> =
    typeof value === "boolean" ? (booleanField(value) as Field<boolean | number>) : (integerField(value) as Field<boolean | number>);
  return {
    ...field,
    print: () => undefined,
    read(at) {
      const read = field.read(at);
      if (read !== undefined && read !== value) at.source.report(at, `${what} is not supported yet`);
      return value;
    },
  };
}

/** Settings of native histograms, which come with the protobuf format. */
export const histogramShape = {
  scrape_native_histograms: onlyField(false, "scraping native histograms"),
  convert_classic_histograms_to_nhcb: onlyField(false, "converting classic histograms"),
  always_scrape_classic_histograms: booleanField(false),
  extra_scrape_metrics: booleanField(false),
} as const;

/** A job but for where its targets come from. */
export const jobShape = {
  job_name: requiredField(stringField(), "job_name is empty"),
  honor_labels: booleanField(false),
  honor_timestamps: booleanField(true),
  track_timestamps_staleness: booleanField(false),
  params: mapField(listField(stringField())),
  scrape_interval: durationField(0),
  scrape_timeout: durationField(0),
  scrape_protocols: listField(enumField(SCRAPE_PROTOCOLS, "PrometheusText0.0.4")),
  fallback_scrape_protocol: enumField(["", ...SCRAPE_PROTOCOLS], ""),
  ...histogramShape,
  metrics_path: stringField("/metrics"),
  scheme: enumField(["http", "https"], "http"),
  enable_compression: booleanField(true),
  ...scrapeLimitsShape,
  native_histogram_bucket_limit: onlyField(0, "a limit of histogram buckets"),
  metric_name_validation_scheme: enumField(["", "utf8", "legacy"], ""),
  metric_name_escaping_scheme: enumField(["", "allow-utf-8", "underscores", "dots", "values"], ""),
  ...httpClientShape,
  relabel_configs: listField(relabelConfigField),
  metric_relabel_configs: listField(relabelConfigField),
} as const;

/** A job: an entry of `scrape_configs` (config/config.go `ScrapeConfig`). */
export const scrapeConfigShape: typeof jobShape & typeof discoveryShape = { ...jobShape, ...discoveryShape };

/** A job as it is configured. */
export type ScrapeConfig = ConfigOf<typeof jobShape> & DiscoveryConfig;

/** What a job must hold beyond its fields' types. */
export function checkScrapeConfig(config: ScrapeConfig, report: Report): void {
  checkHttpConfig(config, report);
  const { job_name: job, scrape_interval: intervalMs, scrape_timeout: timeoutMs, fallback_scrape_protocol: fallback } = config;
  if (job === "") report("job_name", "job_name is empty");
  if (timeoutMs > intervalMs && intervalMs > 0) {
    report("scrape_timeout", `scrape timeout greater than scrape interval for scrape config with job name "${job}"`);
  }
  if (new Set(config.scrape_protocols).size < config.scrape_protocols.length) {
    report("scrape_protocols", `duplicated protocol in scrape_protocols for scrape config with job name "${job}"`);
  }
  if (fallback !== "" && !fallback.startsWith("PrometheusText")) report("fallback_scrape_protocol", `${fallback} is not supported yet`);
  // With relabelling a target may well be a URL: that is how exporters that probe others are told what to probe.
  if (config.relabel_configs.length > 0) return;
  for (const target of config["static_configs"].flatMap((group) => (group as { readonly targets: readonly string[] }).targets)) {
    if (target.includes("/")) report("static_configs", `"${target}" is not a valid hostname`);
  }
}
