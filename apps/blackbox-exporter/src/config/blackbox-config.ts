import { basename } from "node:path";
import {
  formatConfigErrors,
  goDurationField,
  jsonSchema,
  mapField,
  mappingField,
  omitEmpty,
  optionalField,
  printConfig,
  readConfig,
  stringField,
  withCheck,
  type ConfigError,
  type ConfigOf,
  type Field,
  type JsonSchema,
} from "@ferula/config";
import { grpcField, icmpField, tcpField, unixField, websocketField } from "./connection-modules.ts";
import { dnsField } from "./dns-module.ts";
import { httpField } from "./http-module.ts";

/** By what a module probes. */
export type ProberName = "http" | "tcp" | "icmp" | "dns" | "grpc" | "unix" | "websocket";

const PROBER_NAMES: readonly string[] = ["http", "tcp", "icmp", "dns", "grpc", "unix", "websocket"] satisfies readonly ProberName[];

const proberField = withCheck(stringField(), (name, report) => {
  if (!PROBER_NAMES.includes(name)) report("", `prober '${name}' is not valid`);
}) as Field<ProberName>;

/** Sections of all probers are read, whichever the module uses, as upstream does. */
const moduleShape = {
  prober: proberField,
  timeout: omitEmpty(goDurationField(0)),
  http: httpField,
  tcp: tcpField,
  icmp: icmpField,
  dns: dnsField,
  grpc: optionalField(grpcField),
  unix: unixField,
  websocket: websocketField,
} as const;

/** A module: how to probe. */
export type Module = ConfigOf<typeof moduleShape>;

const fileShape = { modules: mapField(mappingField(moduleShape)) } as const;

/** The file blackbox.yml. */
export type BlackboxConfig = ConfigOf<typeof fileShape>;

/** A file without mistakes, and what its user should know of it, such as that a key is old. */
export interface BlackboxConfigResult {
  readonly config: BlackboxConfig;
  readonly warnings: readonly ConfigError[];
}

/** Reads blackbox.yml. Throws with every mistake, each with its place. */
export function readBlackboxConfig(text: string, file: string): BlackboxConfigResult {
  // Without a folder in its name: upstream's exporter sees paths of the configuration from the working folder.
  const result = readConfig(fileShape, text, basename(file));
  if (!result.ok) throw new Error(`error parsing config file: ${formatConfigErrors(result.errors.map((error) => ({ ...error, file })))}`);
  return { config: result.value, warnings: result.warnings.map((warning) => ({ ...warning, file })) };
}

/** The file with its defaults and masked secrets. */
export function printBlackboxConfig(config: BlackboxConfig): string {
  return printConfig(fileShape, config);
}

/** The JSON Schema of blackbox.yml, for editors. */
export function blackboxSchema(): JsonSchema {
  return jsonSchema(fileShape, "blackbox.yml");
}
