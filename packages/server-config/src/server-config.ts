import {
  anyField,
  durationField,
  enumField,
  formatConfigErrors,
  listField,
  mapField,
  mappingField,
  optionalField,
  printField,
  readField,
  pathField,
  stringField,
  withCheck,
  integerField,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { isUtf8Name, labelsOf, type Labels } from "@ferula/model";
import { alertingShape } from "@ferula/notifier";
import { checkScrapeConfig, histogramShape, scrapeConfigShape, scrapeLimitsShape, SCRAPE_PROTOCOLS, type ScrapeConfig } from "@ferula/scrape";

const globalShape = {
  scrape_interval: durationField(60_000),
  scrape_timeout: durationField(0),
  scrape_protocols: listField(enumField(SCRAPE_PROTOCOLS, "PrometheusText0.0.4")),
  evaluation_interval: durationField(60_000),
  rule_query_offset: durationField(0),
  external_labels: mapField(stringField()),
  query_log_file: notYet("the query log"),
  scrape_failure_log_file: notYet("the log of failed scrapes"),
  ...scrapeLimitsShape,
  metric_name_validation_scheme: enumField(["", "utf8", "legacy"], ""),
  metric_name_escaping_scheme: enumField(["", "allow-utf-8", "underscores", "dots", "values"], ""),
  ...histogramShape,
} as const;

export type GlobalSection = ConfigOf<typeof globalShape>;

const tsdbShape = {
  out_of_order_time_window: onlyZero("a window for samples out of order"),
  retention: optionalField(anyField()),
  stale_series_compaction_threshold: anyField(),
  chunk_encoding: anyField(),
} as const;

const storageShape = { tsdb: optionalField(mappingField(tsdbShape)), exemplars: optionalField(mappingField({ max_exemplars: integerField(100_000) })) } as const;

const scrapeField: Field<ScrapeConfig> = withCheck(mappingField(scrapeConfigShape) as unknown as Field<ScrapeConfig>, checkScrapeConfig);

const fileShape = {
  global: mappingField(globalShape),
  runtime: optionalField(mappingField({ gogc: integerField(75) })),
  alerting: mappingField(alertingShape),
  rule_files: listField(pathField()),
  scrape_config_files: listField(pathField()),
  scrape_configs: listField(scrapeField),
  storage: optionalField(mappingField(storageShape)),
  tracing: notYet("tracing"),
  remote_write: notYetList("remote write"),
  remote_read: notYetList("remote read"),
  otlp: optionalField(anyField()),
} as const;

/** The file prometheus.yml, with what jobs inherit from `global` filled in. */
export type ServerConfig = ConfigOf<typeof fileShape>;

/** Only the last part of such a path may hold a `*`. */
const GLOB = /^[^*]*(\*[^/]*)?$/;

const fileField: Field<ServerConfig> = withCheck(mappingField(fileShape), (config, report) => {
  for (const key of ["rule_files", "scrape_config_files"] as const) {
    for (const path of config[key]) if (!GLOB.test(path)) report(key, `invalid ${key === "rule_files" ? "rule" : "scrape config"} file path "${path}"`);
  }
  for (const name of config.global.external_labels.keys()) if (!isUtf8Name(name)) report("global", `"${name}" is not a valid label name`);
  checkGlobal(config.global, report);
  const jobs = config.scrape_configs.map(({ job_name: name }) => name);
  const repeated = jobs.find((name, i) => jobs.indexOf(name) < i);
  if (repeated !== undefined) report("scrape_configs", `found multiple scrape configs with job name "${repeated}"`);
});

function checkGlobal({ scrape_interval: interval, scrape_timeout: timeout }: GlobalSection, report: Report): void {
  if (timeout > interval && interval > 0) report("global", "global scrape timeout greater than scrape interval");
}

/** A section that can't be served yet: to ignore it would lose data or hide failures. */
function notYet(what: string): Field<undefined> {
  return {
    schema: () => ({}),
    print: () => undefined,
    read(at) {
      if (at.node !== undefined) at.source.report(at, `${what} is not supported yet`);
      return undefined;
    },
  };
}

/** As `notYet`, but an empty list asks for nothing. */
function notYetList(what: string): Field<readonly unknown[]> {
  return withCheck(listField(anyField()), (items, report) => {
    if (items.length > 0) report("", `${what} is not supported yet`);
  });
}

function onlyZero(what: string): Field<number> {
  return withCheck(durationField(0), (ms, report) => {
    if (ms > 0) report("", `${what} is not supported yet`);
  });
}

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Reads prometheus.yml and the files of `scrape_config_files`, which `readFiles` gives by pattern. Throws with every mistake, each with
 * its place.
 */
export function readServerConfig(text: string, file: string, readFiles: (pattern: string) => readonly { readonly file: string; readonly text: string }[]): ServerConfig {
  const config = read(fileField, text, file);
  const more = config.scrape_config_files.flatMap((pattern) =>
    readFiles(pattern).flatMap((one) => read(mappingField({ scrape_configs: listField(scrapeField) }), one.text, one.file).scrape_configs),
  );
  const global = { ...config.global, scrape_timeout: config.global.scrape_timeout || Math.min(DEFAULT_TIMEOUT_MS, config.global.scrape_interval) };
  const jobs = [...config.scrape_configs, ...more].map((job) => withGlobal(job, global, file));
  const names = jobs.map(({ job_name: name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw new Error(`${file}: found multiple scrape configs with job name "${repeated}"`);
  return { ...config, global, scrape_configs: jobs };
}

function read<T>(field: Field<T>, text: string, file: string): T {
  const result = readField(field, text, file);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value;
}

/** A job with what it takes from `global` (config/config.go `ScrapeConfig.Validate`). */
function withGlobal(job: ScrapeConfig, global: GlobalSection, file: string): ScrapeConfig {
  const interval = job.scrape_interval || global.scrape_interval;
  const timeout = job.scrape_timeout || Math.min(global.scrape_timeout, interval);
  if (timeout > interval) throw new Error(`${file}: scrape timeout greater than scrape interval for scrape config with job name "${job.job_name}"`);
  return {
    ...job,
    scrape_interval: interval,
    scrape_timeout: timeout,
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

/** The external labels, with `$NAME` and `${NAME}` taken from the environment, `$$` being a dollar. */
export function externalLabels({ external_labels: labels }: GlobalSection, environment: Readonly<Record<string, string | undefined>>): Labels {
  const expand = (text: string): string => text.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => (all === "$$" ? "$" : (environment[braced ?? bare ?? ""] ?? "")));
  return labelsOf([...labels].map(([name, value]) => [name, expand(value)] as const));
}

/** The configuration as YAML, with defaults and masked secrets, as the API shows it. */
export function printServerConfig(config: ServerConfig): string {
  return printField(fileField, config);
}

/** One job as YAML. */
export function printScrapeConfig(job: ScrapeConfig): string {
  return printField(scrapeField, job);
}
