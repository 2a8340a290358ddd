// `npm start`: installs, builds and runs the whole stack with its demo. Arguments go to the demo: `npm start -- --help`.
import { join } from "node:path";
import { build, environment, install, root, say } from "./lib/workspace.mjs";
import { spawn } from "node:child_process";

await install();
await build();
say("Starting the stack …");
const demo = spawn(process.execPath, [join(root, "examples", "demo", "dist", "main.js"), ...process.argv.slice(2)], {
  cwd: root,
  env: environment(),
  stdio: "inherit",
});
// Ctrl-C reaches the demo by itself, as it stands in the same process group; this process only waits for it.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => signal === "SIGTERM" && demo.kill(signal));
demo.on("exit", (code) => process.exit(code ?? 1));
