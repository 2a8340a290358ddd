import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startProcess, tempFolder, webFileContract } from "@ferula/test-kit";

const PROGRAM = join(import.meta.dirname, "../bin/blackbox_exporter.js");

webFileContract("blackbox_exporter", {
  path: "/-/healthy",
  start(flags) {
    const file = join(tempFolder(), "blackbox.yml");
    writeFileSync(file, "modules: {}\n");
    return startProcess(process.execPath, [PROGRAM, `--config.file=${file}`, "--web.listen-address=127.0.0.1:0", ...flags]);
  },
});
