import {
  booleanField,
  bytesField,
  durationField,
  integerField,
  keepEmpty,
  listField,
  mapField,
  numberField,
  omitEmpty,
  optionalField,
  pathField,
  requiredField,
  stringField,
  unservedWhere,
  withCheck,
  type ConfigOf,
  type Field,
  type PartCheck,
  type Report,
} from "@ferula/config";
import { discoveryShape, type DiscoveryConfig } from "@ferula/discovery";
import { goQuote } from "@ferula/durations";
import { checkHttpConfig, httpClientShape, type HttpClientConfig } from "@ferula/http";
import { relabelConfigsField } from "@ferula/relabel";
import { fallbackProtocolField, scrapeProtocolsField } from "./scrape-protocols.ts";
import { wordField } from "./word-field.ts";

/** A number of things of which there may be no more; 0 is no limit. */
export const limitField: Field<number> = omitEmpty(integerField(0, { min: 0 }));

/** What a job and `global` have in common, in upstream's order: in a job, 0 takes the global value. Sizes are bytes. */
export const scrapeLimitsShape = {
  body_size_limit: bytesField(0),
  sample_limit: limitField,
  target_limit: limitField,
  label_limit: limitField,
  label_name_length_limit: limitField,
  label_value_length_limit: limitField,
} as const;

/** Whether native histograms are asked for, which come with the protobuf format. Absent, a job takes the global value. */
export const nativeHistogramsField: Field<boolean | undefined> = unservedSwitch("scraping native histograms");
/** Whether classic histograms become native ones with the same buckets. Absent, a job takes the global value. */
export const convertHistogramsField: Field<boolean | undefined> = unservedSwitch("converting classic histograms");
/** Whether samples about each scrape's limits are stored. Absent, a job takes the global value. */
export const extraMetricsField: Field<boolean | undefined> = optionalField(booleanField(false));
/** The file to which failed scrapes are written; "" is none, or in a job the global one. */
export const failureLogField: Field<string> = unservedWhere(pathField(), (path) => path !== "", "the log of failed scrapes");

function unservedSwitch(what: string): Field<boolean | undefined> {
  return unservedWhere(optionalField(booleanField(false)), (isOn) => isOn === true, what);
}

/** Which names are valid; "" is the global scheme, or utf8. */
export const nameValidationField: Field<"" | "utf8" | "legacy"> = wordField(
  ["", "utf8", "legacy"],
  "",
  (text) => `unrecognized ValidationScheme: ${goQuote(text)}`,
);

/** How a target is asked to write names that are not valid everywhere; "" is what goes with the validation. */
export function nameEscapingField(section: "global" | "scrape config"): Field<"" | "allow-utf-8" | "underscores" | "dots" | "values"> {
  const words = "'allow-utf-8', 'underscores', 'dots', or 'values'";
  return wordField(
    ["", "allow-utf-8", "underscores", "dots", "values"],
    "",
    (text) => `unknown ${section} name escaping method specified, must be one of ${words}, got ${goQuote(text)}`,
  );
}

const jobNameField = withCheck(requiredField(stringField(), "job_name is empty"), (name, report) => {
  if (name === "") report("", "job_name is empty");
});

/** A job but for where its targets come from, in upstream's order. */
export const jobShape = {
  job_name: jobNameField,
  honor_labels: omitEmpty(booleanField(false)),
  honor_timestamps: booleanField(true),
  track_timestamps_staleness: booleanField(false),
  params: mapField(keepEmpty(listField(stringField()), [])),
  scrape_interval: omitEmpty(durationField(0)),
  scrape_timeout: omitEmpty(durationField(0)),
  scrape_protocols: scrapeProtocolsField,
  fallback_scrape_protocol: fallbackProtocolField,
  scrape_native_histograms: nativeHistogramsField,
  always_scrape_classic_histograms: optionalField(booleanField(false)),
  convert_classic_histograms_to_nhcb: convertHistogramsField,
  scrape_failure_log_file: failureLogField,
  metrics_path: stringField("/metrics"),
  scheme: stringField("http"),
  enable_compression: booleanField(true),
  ...scrapeLimitsShape,
  native_histogram_bucket_limit: unservedWhere(limitField, (limit) => limit > 0, "a limit of histogram buckets"),
  native_histogram_min_bucket_factor: unservedWhere(omitEmpty(numberField(0)), (factor) => factor !== 0, "merging histogram buckets"),
  keep_dropped_targets: limitField,
  metric_name_validation_scheme: nameValidationField,
  metric_name_escaping_scheme: nameEscapingField("scrape config"),
  extra_scrape_metrics: extraMetricsField,
  ...httpClientShape,
  relabel_configs: relabelConfigsField("empty or null target relabeling rule in scrape config"),
  metric_relabel_configs: relabelConfigsField("empty or null metric relabeling rule in scrape config"),
} as const;

/** A job: an entry of `scrape_configs` (config/config.go `ScrapeConfig`). Durations are milliseconds. */
export const scrapeConfigShape: typeof jobShape & typeof discoveryShape = { ...jobShape, ...discoveryShape };

/** A job as it is configured. */
export type ScrapeConfig = ConfigOf<typeof jobShape> & DiscoveryConfig;

/** What a job must hold beyond its fields' types, whatever else is wrong with it. */
export const scrapeConfigChecks: readonly PartCheck<typeof scrapeConfigShape>[] = [
  {
    of: Object.keys(httpClientShape) as (keyof typeof httpClientShape)[],
    check: (job, report) => checkHttpConfig(job as unknown as HttpClientConfig, report),
  },
  { of: ["relabel_configs", "static_configs"], check: (job, report) => checkStaticTargets(job as unknown as ScrapeConfig, report) },
];

/** With relabelling a target may well be a URL: that is how exporters that probe others are told what to probe. */
function checkStaticTargets(job: ScrapeConfig, report: Report): void {
  if (job.relabel_configs.length > 0) return;
  for (const target of job["static_configs"].flatMap((group) => (group as { readonly targets: readonly string[] }).targets)) {
    if (target.includes("/")) report("static_configs", `${goQuote(target)} is not a valid hostname`);
  }
}
