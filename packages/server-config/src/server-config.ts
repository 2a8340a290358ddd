import {
  described,
  fieldSchema,
  formatConfigErrors,
  integerField,
  listField,
  mappedField,
  mappingField,
  omitEmpty,
  printField,
  readField,
  type ConfigError,
  type ConfigOf,
  type Field,
  type JsonSchema,
  type PartCheck,
} from "@ferula/config";
import type { ScrapeConfig } from "@ferula/scrape";
import { alertingField } from "./alerting.ts";
import { filePatternField } from "./file-pattern.ts";
import { globalField } from "./global.ts";
import { otlpField } from "./otlp.ts";
import { startReading, type Environment, type Reading, type ScrapeDefaults } from "./reading.ts";
import { remoteReadsField } from "./remote-read.ts";
import { remoteWritesField } from "./remote-write.ts";
import { scrapeJobField, scrapeJobsField } from "./scrape-job.ts";
import { storageField } from "./storage.ts";
import { tracingField } from "./tracing.ts";

/** In upstream's order (config/config.go `Config`): `global` first, as what comes later takes from it. */
function fileShape(reading: Reading) {
  return {
    global: described(globalField(reading), "What holds for the whole server, and for jobs that say nothing else."),
    runtime: described(runtimeField(reading.environment), "Settings of the process."),
    alerting: described(omitEmpty(alertingField(reading)), "Where alerts are sent, and what is changed in them first."),
    rule_files: described(listField(filePatternField("rule")), "Files with rules; the last part may hold a `*`."),
    scrape_config_files: described(listField(filePatternField("scrape config")), "Files with further jobs; the last part may hold a `*`."),
    scrape_configs: described(scrapeJobsField(reading), "The jobs: which targets are scraped, and how."),
    storage: described(storageField, "How the local database keeps samples."),
    tracing: described(tracingField, "Where traces of this server are sent."),
    remote_write: described(remoteWritesField(reading), "Storages that samples are also sent to."),
    remote_read: described(remoteReadsField(reading), "Storages that queries also read from."),
    otlp: described(otlpField(reading), "What becomes of metrics that arrive by OTLP."),
  } as const;
}

type FileShape = ReturnType<typeof fileShape>;

/** The file prometheus.yml, with what jobs inherit from `global` filled in. */
export interface ServerConfig extends ConfigOf<FileShape> {
  /** All jobs: those of the file itself, `scrape_configs`, and then those of `scrape_config_files`. */
  readonly jobs: readonly ScrapeConfig[];
}

const DEFAULT_GOGC = 75;

function runtimeField(environment: Environment) {
  return mappingField({
    gogc: described(gogcField(environment), "How far Go's heap may grow between collections, in percent; shown, and of no effect."),
  });
}

/** 0 stands for the default, which the environment may set (config/config.go `getGoGC`). */
function gogcField({ GOGC: variable = "" }: Environment): Field<number> {
  const fallback = /^off$/i.test(variable) ? -1 : /^[-+]?\d+$/.test(variable) ? Number(variable) : DEFAULT_GOGC;
  return mappedField(
    integerField(0),
    (percentage) => percentage || fallback,
    (percentage) => percentage,
  );
}

/** A file and what stands in it. */
export interface ReadFile {
  readonly file: string;
  readonly text: string;
}

/** What prometheus.yml is read with. */
export interface ReadOptions {
  /** Gives the files that a pattern of `scrape_config_files` names, sorted. What it throws is told at the list's place. */
  readonly readFiles: (pattern: string) => readonly ReadFile[];
  /** What external labels are expanded from. Default: nothing. */
  readonly environment?: Environment;
  /** Default: none of them. */
  readonly scrapeDefaults?: ScrapeDefaults;
  /** An agent neither evaluates rules nor answers queries, and takes no section that would ask for it. */
  readonly isAgent?: boolean;
}

/** A configuration. What is `unserved` is right, but must not be run. */
export interface ServerConfigResult {
  readonly config: ServerConfig;
  readonly warnings: readonly ConfigError[];
  readonly unserved: readonly ConfigError[];
}

/** What the files of `scrape_config_files` hold. */
interface FurtherFiles {
  readonly jobs: ScrapeConfig[];
  readonly errors: ConfigError[];
  readonly warnings: ConfigError[];
  readonly unserved: ConfigError[];
}

/** Reads prometheus.yml and the files of `scrape_config_files`. Throws with every mistake of all of them, each with its place. */
export function readServerConfig(
  text: string,
  file: string,
  { readFiles, environment = {}, scrapeDefaults, isAgent = false }: ReadOptions,
): ServerConfigResult {
  const reading = startReading(environment, scrapeDefaults);
  const further: FurtherFiles = { jobs: [], errors: [], warnings: [], unserved: [] };
  const field = mappingField(fileShape(reading), {
    checks: [
      {
        of: ["scrape_config_files"],
        check({ scrape_config_files: patterns }, report) {
          for (const pattern of patterns) {
            try {
              for (const one of readFiles(pattern)) readJobs(one, reading, further);
            } catch (error) {
              report("scrape_config_files", (error as Error).message);
            }
          }
        },
      },
      ...(isAgent ? agentChecks : []),
    ],
  });
  const main = readField(field, text, file);
  const errors = [...(main.ok ? [] : main.errors), ...further.errors];
  if (!main.ok || errors.length > 0) throw new Error(formatConfigErrors(errors));
  return {
    config: { ...main.value, jobs: [...main.value.scrape_configs, ...further.jobs] },
    warnings: [...main.warnings, ...further.warnings],
    unserved: [...main.unserved, ...further.unserved],
  };
}

/** Reads the jobs of a file of `scrape_config_files`. */
function readJobs({ text, file }: ReadFile, reading: Reading, further: FurtherFiles): void {
  const field = mappingField({ scrape_configs: scrapeJobsField({ ...reading, file: JSON.stringify(file) }) });
  const result = readField(field, text, file);
  if (!result.ok) {
    further.errors.push(...result.errors);
    return;
  }
  further.jobs.push(...result.value.scrape_configs);
  further.warnings.push(...result.warnings);
  further.unserved.push(...result.unserved);
}

const agentChecks: readonly PartCheck<FileShape>[] = [
  forbiddenInAgent("alerting", ({ alertmanagers, alert_relabel_configs: rules }) => alertmanagers.length + rules.length > 0),
  forbiddenInAgent("rule_files", ({ length }) => length > 0),
  forbiddenInAgent("remote_read", ({ length }) => length > 0),
];

function forbiddenInAgent<Key extends keyof FileShape>(
  key: Key,
  isUsed: (section: ConfigOf<FileShape>[Key]) => boolean,
): PartCheck<FileShape> {
  return {
    of: [key],
    check(config, report) {
      if (isUsed(config[key])) report(key, `field ${key} is not allowed in agent mode`);
    },
  };
}

const printed = mappingField(fileShape(startReading({})));
const printedJob = scrapeJobField(startReading({}));

/** The configuration as YAML, with defaults and masked secrets, as the API shows it: without the jobs of further files. */
export function printServerConfig(config: ServerConfig): string {
  return printField(printed, config);
}

/** The JSON Schema of prometheus.yml, for editors. */
export function serverConfigSchema(): JsonSchema {
  return fieldSchema(printed, "prometheus.yml");
}

/** One job as YAML. */
export function printScrapeConfig(job: ScrapeConfig): string {
  return printField(printedJob, job);
}
