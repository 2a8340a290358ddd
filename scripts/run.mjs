// The root commands: `npm run <name> -- <arguments>`. Each but `fetch` installs first, so that all of them work on a
// fresh clone.
import { join } from "node:path";
import { build, fetchDependencies, install, must, root, say } from "./lib/workspace.mjs";

const commands = {
  fetch: fetchDependencies,
  build,
  typecheck: async () => {
    await build();
    await must("turbo", ["run", "typecheck", "--output-logs=errors-only", "--concurrency=2"]);
  },
  lint: async () => {
    say("Checking the floors …");
    await must("turbo", ["boundaries"]);
    say("Linting …");
    await must("oxlint", ["--type-aware", "--deny-warnings"]);
    await must("oxfmt", ["--check"]);
  },
  format: () => must("oxfmt", []),
  bench: async (args) => {
    await build();
    await must(process.execPath, [join(root, "benchmarks", "dist", "main.js"), ...args]);
  },
  schemas: async () => {
    await build();
    await must(process.execPath, [join(root, "schemas", "dist", "main.js")]);
  },
  conformance: async (args) => {
    await build();
    await must(process.execPath, [join(root, "conformance", "dist", "main.js"), ...args]);
  },
};

const [name, ...args] = process.argv.slice(2);
const command = commands[name];
if (command === undefined) {
  process.stderr.write(`There is no command ${name}; there are ${Object.keys(commands).join(", ")}.\n`);
  process.exit(1);
}
if (command !== fetchDependencies) await install();
await command(args);
