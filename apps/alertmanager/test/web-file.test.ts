import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProcess, tempFolder, webFileContract } from "@ferula/test-kit";
import { CONFIG } from "./support.ts";

const PROGRAM = join(import.meta.dirname, "../bin/alertmanager.js");

webFileContract("alertmanager", {
  path: "/-/healthy",
  start(flags) {
    const folder = tempFolder();
    writeFileSync(join(folder, "alertmanager.yml"), CONFIG);
    return startProcess(process.execPath, [
      PROGRAM,
      `--config.file=${folder}/alertmanager.yml`,
      `--storage.path=${folder}/data`,
      "--cluster.listen-address=",
      "--web.listen-address=127.0.0.1:0",
      ...flags,
    ]);
  },
});
