import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inheritedSocketContract, startProcess, tempFolder, webFileContract } from "@ferula/test-kit";

const PROGRAM = join(import.meta.dirname, "../bin/blackbox_exporter.js");

webFileContract("blackbox_exporter", {
  path: "/-/healthy",
  start: (flags) => startProcess(process.execPath, [PROGRAM, configFlag(), "--web.listen-address=127.0.0.1:0", ...flags]),
});

inheritedSocketContract("blackbox_exporter", () => ({ command: [process.execPath, PROGRAM, configFlag()], path: "/-/healthy" }));

function configFlag(): string {
  const file = join(tempFolder(), "blackbox.yml");
  writeFileSync(file, "modules: {}\n");
  return `--config.file=${file}`;
}
