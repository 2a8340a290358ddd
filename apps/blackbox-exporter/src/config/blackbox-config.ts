import { basename } from "node:path";
import {
  described,
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
  prober: described(proberField, "What the module probes by."),
  timeout: described(omitEmpty(goDurationField(0)), "How long a probe may take; 0 takes the time that the scrape has."),
  http: described(httpField, "How it is probed by HTTP."),
  tcp: described(tcpField, "How it is probed by a TCP connection."),
  icmp: described(icmpField, "How it is probed by an ICMP echo."),
  dns: described(dnsField, "How a DNS server is probed."),
  grpc: described(optionalField(grpcField), "How it is probed by the health service of gRPC."),
  unix: described(unixField, "How it is probed by a Unix socket."),
  websocket: described(websocketField, "How it is probed by a WebSocket."),
} as const;

/** A module: how to probe. */
export type Module = ConfigOf<typeof moduleShape>;

const fileShape = {
  modules: described(mapField(mappingField(moduleShape)), "Ways to probe, by the name that a scrape asks for."),
} as const;

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
