import { cpus } from "node:os";
import { print, type BenchCase } from "./bench.ts";
import { ingest } from "./cases/ingest.ts";

const cases: readonly BenchCase[] = [ingest];

const [name, ...args] = process.argv.slice(2);
const chosen = cases.find((one) => one.name === name);
if (chosen === undefined) {
  print(`Which case? There are:\n${cases.map((one) => `  ${one.name.padEnd(8)} ${one.about}`).join("\n")}`);
  process.exit(1);
}
print(`${chosen.name} on ${cpus().length} × ${cpus()[0]?.model ?? "an unknown processor"}, Node ${process.version}`);
await chosen.run(args);
