import { cpus } from "node:os";
import { print, type BenchCase } from "./bench.ts";
import { busy } from "./cases/busy.ts";
import { decode } from "./cases/decode.ts";
import { ingestCases } from "./cases/ingest.ts";
import { memory } from "./cases/memory.ts";
import { query } from "./cases/query.ts";
import { regexp } from "./cases/regexp.ts";
import { replay } from "./cases/replay.ts";
import { rules } from "./cases/rules.ts";
import { storageSize } from "./cases/storage-size.ts";

const cases: readonly BenchCase[] = [...ingestCases, query, regexp, memory, replay, storageSize, decode, busy, rules];

const [name, ...args] = process.argv.slice(2);
const chosen = cases.filter((one) => name === undefined || one.name === name);
if (chosen.length === 0) {
  print(`There is no case ${name}. There are:\n${cases.map((one) => `  ${one.name.padEnd(18)} ${one.about}`).join("\n")}`);
  process.exit(1);
}
for (const one of chosen) {
  print(`${one.name} on ${cpus().length} × ${cpus()[0]?.model ?? "an unknown processor"}, Node ${process.version}`);
  await one.run(args);
}
