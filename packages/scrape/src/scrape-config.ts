import {
  booleanField,
  bytesField,
  described,
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
  withCheck,
  wordField,
  type ConfigOf,
  type Field,
  type PartCheck,
} from "@ferula/config";
import { discoveryShape, checkStaticTargets, type StaticTargets, type DiscoveryConfig } from "@ferula/discovery";
import { goQuote } from "@ferula/durations";
import { checkHttpConfig, httpClientShape, type HttpClientConfig } from "@ferula/http";
import { relabelConfigsField } from "@ferula/relabel";
import { fallbackProtocolField, scrapeProtocolsField } from "./scrape-protocols.ts";

/** A number of things of which there may be no more; 0 is no limit. */
export const limitField: Field<number> = omitEmpty(integerField(0, { min: 0 }));

/** What a job and `global` have in common, in upstream's order: in a job, 0 takes the global value. Sizes are bytes. */
export const scrapeLimitsShape = {
  body_size_limit: described(bytesField(0), "Bodies of so many bytes or more fail the scrape; 0 leaves it to --scrape.body-size-ceiling."),
  sample_limit: described(limitField, "How many samples a scrape may have after relabelling; more fail it."),
  target_limit: described(limitField, "How many targets a job may have after relabelling; with more, none is scraped."),
  label_limit: described(limitField, "How many labels a sample may have; more fail the scrape."),
  label_name_length_limit: described(limitField, "How many bytes a label's name may have; more fail the scrape."),
  label_value_length_limit: described(limitField, "How many bytes a label's value may have; more fail the scrape."),
} as const;

/** Whether native histograms are asked for, which come with the protobuf format. Absent, a job takes the global value. */
export const nativeHistogramsField: Field<boolean | undefined> = described(
  optionalField(booleanField(false)),
  "Whether native histograms are asked for and stored.",
);
/** Whether classic histograms become native ones with the same buckets. Absent, a job takes the global value. */
export const convertHistogramsField: Field<boolean | undefined> = described(
  optionalField(booleanField(false)),
  "Whether classic histograms become native ones with the same buckets.",
);
/** Whether samples about each scrape's limits are stored. Absent, a job takes the global value. */
export const extraMetricsField: Field<boolean | undefined> = described(
  optionalField(booleanField(false)),
  "Whether each scrape's limits and timeout are stored as samples too.",
);
/** The file to which failed scrapes are written; "" is none, or in a job the global one. */
export const failureLogField: Field<string> = described(pathField(), "The file that failed scrapes are logged to.");

/** Which names are valid; "" is the global scheme, or utf8. */
export const nameValidationField: Field<"" | "utf8" | "legacy"> = described(
  wordField(["", "utf8", "legacy"], "", (text) => `unrecognized ValidationScheme: ${goQuote(text)}`),
  "Which names are valid: any UTF-8, or those of the older alphabet.",
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
  job_name: described(jobNameField, "The job's name, which targets get as their label `job`."),
  honor_labels: described(omitEmpty(booleanField(false)), "Whether labels that a target sends win over those it has here."),
  honor_timestamps: described(booleanField(true), "Whether timestamps that a target sends are taken."),
  track_timestamps_staleness: described(booleanField(false), "Whether series with a target's timestamps become stale when gone."),
  params: described(mapField(keepEmpty(listField(stringField()), [])), "Parameters of the request's URL, each with its values."),
  scrape_interval: described(omitEmpty(durationField(0)), "How often targets are scraped."),
  scrape_timeout: described(omitEmpty(durationField(0)), "How long a scrape may take; never longer than the interval."),
  scrape_protocols: scrapeProtocolsField,
  fallback_scrape_protocol: fallbackProtocolField,
  scrape_native_histograms: nativeHistogramsField,
  always_scrape_classic_histograms: described(optionalField(booleanField(false)), "Whether classic buckets are kept beside native ones."),
  convert_classic_histograms_to_nhcb: convertHistogramsField,
  scrape_failure_log_file: failureLogField,
  metrics_path: described(stringField("/metrics"), "The path that metrics are fetched from."),
  scheme: described(stringField("http"), "The scheme of the request, `http` or `https`."),
  enable_compression: described(booleanField(true), "Whether a compressed body is asked for."),
  ...scrapeLimitsShape,
  native_histogram_bucket_limit: described(limitField, "How many buckets a native histogram may have; larger ones are made coarser."),
  native_histogram_min_bucket_factor: described(
    omitEmpty(numberField(0)),
    "Finer native histograms are merged until buckets grow by this factor.",
  ),
  keep_dropped_targets: described(limitField, "How many dropped targets are kept to be shown; 0 keeps all."),
  metric_name_validation_scheme: nameValidationField,
  metric_name_escaping_scheme: described(nameEscapingField("scrape config"), "How targets are asked to write names that need UTF-8."),
  extra_scrape_metrics: extraMetricsField,
  ...httpClientShape,
  relabel_configs: described(
    relabelConfigsField("empty or null target relabeling rule in scrape config"),
    "Rules that pick and change targets before they are scraped.",
  ),
  metric_relabel_configs: described(
    relabelConfigsField("empty or null metric relabeling rule in scrape config"),
    "Rules that pick and change samples before they are stored.",
  ),
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
  { of: ["relabel_configs", "static_configs"], check: (job, report) => checkStaticTargets(job as unknown as StaticTargets, report) },
];
