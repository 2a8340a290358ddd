import { booleanField, mappingField, withCheck, type Field, type Place } from "@ferula/config";
import { checkScrapeConfig, scrapeConfigShape, type ScrapeConfig } from "@ferula/scrape";
import type { GlobalSection } from "./global.ts";
import { notYet, onlyWhere } from "./not-yet.ts";

/** Which names are valid; "" is the global scheme, or utf8. */
export const NAME_VALIDATIONS = ["", "utf8", "legacy"] as const;
/** How a target is asked to write names that are not valid everywhere; "" is the global scheme, or what goes with the validation. */
export const NAME_ESCAPINGS = ["", "allow-utf-8", "underscores", "dots", "values"] as const;

/** Samples about each scrape's limits. */
export const extraMetricsField: Field<boolean> = onlyWhere(booleanField(false), (isOn) => !isOn, "writing extra scrape metrics");

/** What is wrong with a pair of schemes, if anything. */
export function namingProblem(validation: string, escaping: string): string | undefined {
  if (validation !== "legacy" || escaping !== "allow-utf-8") return undefined;
  return 'metric_name_escaping_scheme "allow-utf-8" needs metric_name_validation_scheme "utf8"';
}

const jobShape = {
  ...scrapeConfigShape,
  extra_scrape_metrics: extraMetricsField,
  scrape_failure_log_file: notYet("the log of failed scrapes"),
  native_histogram_min_bucket_factor: notYet("merging histogram buckets"),
};

/** Where jobs stand, for mistakes that show only beside other sections. */
const places = new WeakMap<ScrapeConfig, Place>();

/** An entry of `scrape_configs`. */
export const scrapeJobField: Field<ScrapeConfig> = withPlace(
  withCheck(mappingField(jobShape) as unknown as Field<ScrapeConfig>, checkScrapeConfig),
);

function withPlace(field: Field<ScrapeConfig>): Field<ScrapeConfig> {
  return {
    ...field,
    read(at) {
      const job = field.read(at);
      // After a mistake there is none.
      if (typeof job === "object") places.set(job, at);
      return job;
    },
  };
}

/** Reports what is wrong with a job at its own entry. Only for jobs as `scrapeJobField` has read them, while their file is being read. */
export function reportJob(job: ScrapeConfig, reason: string): void {
  const at = places.get(job);
  if (at === undefined) throw new Error(`BUG: the job "${job.job_name}" was not read by its field`);
  at.source.report(at, reason);
}

/** What is wrong with a job once it has taken from `global` what it leaves open, if anything. */
export function jobProblem(job: ScrapeConfig, global: GlobalSection): string | undefined {
  const of = `for scrape config with job name "${job.job_name}"`;
  const filled = withGlobal(job, global);
  if (filled.scrape_timeout > filled.scrape_interval) return `scrape timeout greater than scrape interval ${of}`;
  const problem = namingProblem(filled.metric_name_validation_scheme, filled.metric_name_escaping_scheme);
  return problem === undefined ? undefined : `${problem} ${of}`;
}

/** A job with what it takes from `global` (config/config.go `ScrapeConfig.Validate`). */
export function withGlobal(job: ScrapeConfig, global: GlobalSection): ScrapeConfig {
  const intervalMs = job.scrape_interval || global.scrape_interval;
  return {
    ...job,
    scrape_interval: intervalMs,
    scrape_timeout: job.scrape_timeout || Math.min(global.scrape_timeout, intervalMs),
    scrape_protocols: job.scrape_protocols.length > 0 ? job.scrape_protocols : global.scrape_protocols,
    body_size_limit: job.body_size_limit || global.body_size_limit,
    sample_limit: job.sample_limit || global.sample_limit,
    target_limit: job.target_limit || global.target_limit,
    label_limit: job.label_limit || global.label_limit,
    label_name_length_limit: job.label_name_length_limit || global.label_name_length_limit,
    label_value_length_limit: job.label_value_length_limit || global.label_value_length_limit,
    keep_dropped_targets: job.keep_dropped_targets || global.keep_dropped_targets,
    metric_name_validation_scheme: job.metric_name_validation_scheme || global.metric_name_validation_scheme,
    metric_name_escaping_scheme: job.metric_name_escaping_scheme || global.metric_name_escaping_scheme,
  } as ScrapeConfig;
}
