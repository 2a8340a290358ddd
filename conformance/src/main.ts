import { fileURLToPath } from "node:url";
import { print, runSuite, type Suite, type Tally } from "./harness.ts";
import { closingLine, runApart } from "./run-apart.ts";
import { api } from "./suites/api/index.ts";
import { clients } from "./suites/clients/index.ts";
import { commandLine } from "./suites/command-line/index.ts";
import { config } from "./suites/config/index.ts";
import { crash } from "./suites/crash.ts";
import { diskFull } from "./suites/disk-full.ts";
import { floors } from "./suites/floors.ts";
import { formatQuery } from "./suites/format-query.ts";
import { grammar } from "./suites/grammar.ts";
import { openmetrics } from "./suites/openmetrics/index.ts";
import { pages } from "./suites/pages.ts";
import { peers } from "./suites/peers.ts";
import { promql } from "./suites/promql/index.ts";
import { promqlPeer } from "./suites/promql-peer/index.ts";
import { rules } from "./suites/rules/index.ts";
import { remoteRead } from "./suites/remote-read/index.ts";
import { scrape } from "./suites/scrape/index.ts";
import { reload } from "./suites/reload/index.ts";
import { selfMetricsSuite } from "./suites/self-metrics/index.ts";
import { stack } from "./suites/stack.ts";
import { templates } from "./suites/templates.ts";
import { tsdb } from "./suites/tsdb/index.ts";

/** Those that take longest first: they run side by side, and none should be left for the end. */
const suites: readonly Suite[] = [
  tsdb,
  stack,
  crash,
  diskFull,
  peers,
  floors,
  config,
  pages,
  api,
  scrape,
  promqlPeer,
  remoteRead,
  promql,
  templates,
  formatQuery,
  openmetrics,
  grammar,
  rules,
  clients,
  commandLine,
  reload,
  selfMetricsSuite,
];

const [name, ...args] = process.argv.slice(2);
const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
if (name === undefined) {
  await runApart(fileURLToPath(import.meta.url), suites, tally);
} else {
  const suite = suites.find((one) => one.name === name);
  if (suite === undefined) {
    print(`There is no suite ${name}. There are:\n${suites.map((one) => `  ${one.name.padEnd(9)} ${one.about}`).join("\n")}`);
    process.exit(1);
  }
  await runSuite(suite, args, tally);
}
print(`\n${closingLine(tally)}`);
process.exit(tally.failed > 0 ? 1 : 0);
