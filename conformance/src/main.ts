import { print, runSuite, type Suite, type Tally } from "./harness.ts";
import { config } from "./suites/config/index.ts";
import { crash } from "./suites/crash.ts";
import { diskFull } from "./suites/disk-full.ts";
import { floors } from "./suites/floors.ts";
import { grammar } from "./suites/grammar.ts";
import { pages } from "./suites/pages.ts";
import { peers } from "./suites/peers.ts";
import { stack } from "./suites/stack.ts";
import { templates } from "./suites/templates.ts";
import { tsdb } from "./suites/tsdb/index.ts";

const suites: readonly Suite[] = [floors, config, grammar, templates, peers, tsdb, pages, crash, diskFull, stack];

const [name, ...args] = process.argv.slice(2);
const chosen = name === undefined ? suites : suites.filter((suite) => suite.name === name);
if (chosen.length === 0) {
  print(`There is no suite ${name}. There are:\n${suites.map((suite) => `  ${suite.name.padEnd(9)} ${suite.about}`).join("\n")}`);
  process.exit(1);
}
const tally: Tally = { passed: 0, failed: 0, skipped: 0 };
for (const suite of chosen) await runSuite(suite, args, tally);
print(`\n${tally.passed} passed, ${tally.failed} failed${tally.skipped > 0 ? `, ${tally.skipped} skipped` : ""}`);
process.exit(tally.failed > 0 ? 1 : 0);
