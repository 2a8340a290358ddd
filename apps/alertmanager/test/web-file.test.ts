import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inheritedSocketContract, startProcess, tempFolder, webFileContract } from "@ferula/test-kit";
import { CONFIG } from "./support.ts";

const PROGRAM = join(import.meta.dirname, "../bin/alertmanager.js");

/** What runs the program in a folder of its own. */
function command(): readonly string[] {
  const folder = tempFolder();
  writeFileSync(join(folder, "alertmanager.yml"), CONFIG);
  return [
    process.execPath,
    PROGRAM,
    `--config.file=${folder}/alertmanager.yml`,
    `--storage.path=${folder}/data`,
    "--cluster.listen-address=",
  ];
}

webFileContract("alertmanager", {
  path: "/-/healthy",
  start(flags) {
    const [node, ...rest] = command();
    return startProcess(node, [...rest, "--web.listen-address=127.0.0.1:0", ...flags]);
  },
});

inheritedSocketContract("alertmanager", () => ({ command: command(), path: "/-/healthy" }));
