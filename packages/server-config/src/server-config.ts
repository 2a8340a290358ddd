import {
  formatConfigErrors,
  integerField,
  listField,
  mappingField,
  optionalField,
  pathField,
  printField,
  readField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { alertingShape } from "@ferula/notifier";
import type { ScrapeConfig } from "@ferula/scrape";
import { globalField, type GlobalSection } from "./global.ts";
import { notYet, notYetList } from "./not-yet.ts";
import { keepsUtf8Names, otlpField } from "./otlp.ts";
import { jobProblem, reportJob, scrapeJobField, withGlobal } from "./scrape-job.ts";
import { storageField } from "./storage.ts";

const fileShape = {
  global: globalField,
  runtime: optionalField(mappingField({ gogc: integerField(75) })),
  alerting: mappingField(alertingShape),
  rule_files: listField(pathField()),
  scrape_config_files: listField(pathField()),
  scrape_configs: listField(scrapeJobField),
  storage: optionalField(storageField),
  tracing: notYet("tracing"),
  remote_write: notYetList("remote write"),
  remote_read: notYetList("remote read"),
  otlp: optionalField(otlpField),
} as const;

/** The file prometheus.yml, with what jobs inherit from `global` filled in. */
export type ServerConfig = ConfigOf<typeof fileShape>;

/** Only the last part of such a path may hold a `*`. */
const GLOB = /^[^*]*(\*[^/]*)?$/;

const fileField: Field<ServerConfig> = withCheck(mappingField(fileShape), (config, report) => {
  for (const path of config.rule_files) if (!GLOB.test(path)) report("rule_files", `invalid rule file path "${path}"`);
  for (const path of config.scrape_config_files) {
    if (!GLOB.test(path)) report("scrape_config_files", `invalid scrape config file path "${path}"`);
  }
  if (config.otlp !== undefined && config.global.metric_name_validation_scheme === "legacy" && keepsUtf8Names(config.otlp)) {
    report(
      "otlp",
      `OTLP translation strategy "${config.otlp.translation_strategy}" is not allowed when metric_name_validation_scheme is legacy`,
    );
  }
  checkJobs(config.scrape_configs, config.global, []);
});

/** What can be wrong with jobs when one knows the others, and `global`; `before` are those that were read before. */
function checkJobs(jobs: readonly ScrapeConfig[], global: GlobalSection, before: readonly ScrapeConfig[]): void {
  const names = new Set(before.map(({ job_name: name }) => name));
  for (const job of jobs) {
    const { job_name: name } = job;
    const problem = jobProblem(job, global);
    if (problem !== undefined) reportJob(job, problem);
    if (names.has(name)) reportJob(job, `found multiple scrape configs with job name "${name}"`);
    names.add(name);
  }
}

/** A file and what stands in it. */
export interface ReadFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Reads prometheus.yml and the files of `scrape_config_files`, which `readFiles` gives by pattern. Throws with every mistake, each with
 * its place: those of the first file that has any.
 */
export function readServerConfig(text: string, file: string, readFiles: (pattern: string) => readonly ReadFile[]): ServerConfig {
  const config = read(fileField, text, file);
  const { global } = config;
  const jobs = [...config.scrape_configs];
  for (const one of config.scrape_config_files.flatMap(readFiles)) jobs.push(...readJobs(one, global, jobs));
  return { ...config, scrape_configs: jobs.map((job) => withGlobal(job, global)) };
}

/** The jobs of a file of `scrape_config_files`; `known` are those that were read before. */
function readJobs({ text, file }: ReadFile, global: GlobalSection, known: readonly ScrapeConfig[]): readonly ScrapeConfig[] {
  const field = mappingField(
    { scrape_configs: listField(scrapeJobField) },
    { check: ({ scrape_configs: jobs }) => checkJobs(jobs, global, known) },
  );
  return read(field, text, file).scrape_configs;
}

function read<T>(field: Field<T>, text: string, file: string): T {
  const result = readField(field, text, file);
  if (!result.ok) throw new Error(formatConfigErrors(result.errors));
  return result.value;
}

/** The configuration as YAML, with defaults and masked secrets, as the API shows it. */
export function printServerConfig(config: ServerConfig): string {
  return printField(fileField, config);
}

/** One job as YAML. */
export function printScrapeConfig(job: ScrapeConfig): string {
  return printField(scrapeJobField, job);
}
