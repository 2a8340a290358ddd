import { listField, mappedField, mappingField, requiredField, type Check, type Field, type PartCheck, type Report } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import type { NameValidation } from "@ferula/model";
import {
  DEFAULT_SCRAPE_PROTOCOLS,
  PROTOBUF_FIRST_PROTOCOLS,
  scrapeConfigChecks,
  scrapeConfigShape,
  type ScrapeConfig,
} from "@ferula/scrape";
import type { GlobalSection } from "./global.ts";
import { checkRulesNames } from "./legacy-names.ts";
import { MAIN_FILE, type Reading } from "./reading.ts";

/** The list `scrape_configs`, whose jobs have taken from `global` what they leave open. */
export function scrapeJobsField(reading: Reading): Field<readonly ScrapeConfig[]> {
  return listField(requiredField(scrapeJobField(reading), "empty or null scrape config section"));
}

/** An entry of `scrape_configs`. */
export function scrapeJobField(reading: Reading): Field<ScrapeConfig> {
  const section = mappingField(scrapeConfigShape, { checks: [...scrapeConfigChecks, ...checksWith(reading)] });
  return mappedField(
    section as unknown as Field<ScrapeConfig>,
    (job) => (reading.global === undefined ? job : withGlobal(job, reading.global)),
    (job) => job,
  );
}

type JobShape = typeof scrapeConfigShape;

function checksWith(reading: Reading): readonly PartCheck<JobShape>[] {
  return [
    {
      of: ["job_name"],
      check: ({ job_name: name }, report) => checkName(name, reading, report),
    },
    filledCheck(reading, ["job_name", "scrape_interval", "scrape_timeout"], checkTimeout),
    filledCheck(reading, ["metric_name_validation_scheme", "metric_name_escaping_scheme"], checkEscaping),
    filledCheck(reading, ["metric_name_validation_scheme", "relabel_configs", "metric_relabel_configs"], (job, report) => {
      for (const key of ["relabel_configs", "metric_relabel_configs"] as const)
        checkRulesNames(key, job[key], job.metric_name_validation_scheme as NameValidation, report);
    }),
  ];
}

/** A check of some fields of a job with what they take from `global`. It can't be made when there is a mistake in `global`. */
function filledCheck<Key extends keyof JobShape>(
  reading: Reading,
  keys: readonly Key[],
  check: Check<Pick<ScrapeConfig, Key>>,
): PartCheck<JobShape> {
  return {
    of: keys,
    check(job, report) {
      if (reading.global !== undefined) check(withGlobal(job as unknown as ScrapeConfig, reading.global, keys), report);
    },
  };
}

function checkName(name: string, { jobs, file }: Reading, report: Report): void {
  const first = jobs.get(name);
  if (first === undefined) jobs.set(name, file);
  else
    report(
      "job_name",
      `found multiple scrape configs with job name ${goQuote(name)}${file === MAIN_FILE ? "" : `, first found in ${first}`}`,
    );
}

function checkTimeout(
  {
    job_name: name,
    scrape_timeout: timeoutMs,
    scrape_interval: intervalMs,
  }: Pick<ScrapeConfig, "job_name" | "scrape_timeout" | "scrape_interval">,
  report: Report,
): void {
  if (timeoutMs > intervalMs)
    report("scrape_timeout", `scrape timeout greater than scrape interval for scrape config with job name ${goQuote(name)}`);
}

function checkEscaping(job: Pick<ScrapeConfig, "metric_name_escaping_scheme" | "metric_name_validation_scheme">, report: Report): void {
  if (job.metric_name_escaping_scheme === "allow-utf-8" && job.metric_name_validation_scheme === "legacy")
    report("metric_name_escaping_scheme", "utf8 metric names requested but validation scheme is not set to UTF8");
}

/** What a job takes from `global` where it says nothing itself (config/config.go `ScrapeConfig.Validate`). */
const INHERITED: { readonly [Key in keyof ScrapeConfig]?: (job: ScrapeConfig, global: GlobalSection) => ScrapeConfig[Key] } = {
  scrape_interval: intervalOf,
  scrape_timeout: (job, global) => job.scrape_timeout || Math.min(global.scrape_timeout, intervalOf(job, global)),
  scrape_protocols: (job, global) =>
    [job.scrape_protocols, global.scrape_protocols].find(({ length }) => length > 0) ?? defaultProtocols(asksForHistograms(job, global)),
  scrape_native_histograms: asksForHistograms,
  always_scrape_classic_histograms: (job, global) => job.always_scrape_classic_histograms ?? global.always_scrape_classic_histograms,
  convert_classic_histograms_to_nhcb: (job, global) =>
    job.convert_classic_histograms_to_nhcb ?? global.convert_classic_histograms_to_nhcb ?? false,
  scrape_failure_log_file: (job, global) => job.scrape_failure_log_file || global.scrape_failure_log_file,
  body_size_limit: (job, global) => job.body_size_limit || global.body_size_limit,
  sample_limit: (job, global) => job.sample_limit || global.sample_limit,
  target_limit: (job, global) => job.target_limit || global.target_limit,
  label_limit: (job, global) => job.label_limit || global.label_limit,
  label_name_length_limit: (job, global) => job.label_name_length_limit || global.label_name_length_limit,
  label_value_length_limit: (job, global) => job.label_value_length_limit || global.label_value_length_limit,
  keep_dropped_targets: (job, global) => job.keep_dropped_targets || global.keep_dropped_targets,
  metric_name_validation_scheme: (job, global) => job.metric_name_validation_scheme || global.metric_name_validation_scheme,
  metric_name_escaping_scheme: escapingOf,
  extra_scrape_metrics: (job, global) => job.extra_scrape_metrics ?? global.extra_scrape_metrics ?? false,
};

/** A job of which `keys` are filled in from `global`. Nothing but these is looked at: the others may be broken. */
function withGlobal(
  job: ScrapeConfig,
  global: GlobalSection,
  keys: readonly (keyof ScrapeConfig)[] = Object.keys(INHERITED) as (keyof ScrapeConfig)[],
): ScrapeConfig {
  const filled = keys.flatMap((key) => {
    const inherit = INHERITED[key];
    return inherit === undefined ? [] : [[key, inherit(job, global)] as const];
  });
  return { ...job, ...Object.fromEntries(filled) };
}

function intervalOf(job: ScrapeConfig, global: GlobalSection): number {
  return job.scrape_interval || global.scrape_interval;
}

function asksForHistograms(job: ScrapeConfig, global: GlobalSection): boolean {
  return job.scrape_native_histograms ?? global.scrape_native_histograms ?? false;
}

/** A job whose validation is its own does not take the global escaping, which may not go with it. */
function escapingOf(job: ScrapeConfig, global: GlobalSection): ScrapeConfig["metric_name_escaping_scheme"] {
  if (job.metric_name_escaping_scheme !== "") return job.metric_name_escaping_scheme;
  const isOwn = job.metric_name_validation_scheme !== "";
  if (!isOwn && global.metric_name_escaping_scheme !== "") return global.metric_name_escaping_scheme;
  const validation = isOwn ? job.metric_name_validation_scheme : global.metric_name_validation_scheme;
  return validation === "legacy" ? "underscores" : "allow-utf-8";
}

function defaultProtocols(withHistograms: boolean): ScrapeConfig["scrape_protocols"] {
  // Native histograms come with the protobuf format alone.
  return withHistograms ? PROTOBUF_FIRST_PROTOCOLS : DEFAULT_SCRAPE_PROTOCOLS;
}
