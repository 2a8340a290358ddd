import { join } from "node:path";
import { inheritedSocketContract, startProcess, webFileContract } from "@ferula/test-kit";

const PROGRAM = join(import.meta.dirname, "../bin/node_exporter.js");

webFileContract("node_exporter", {
  path: "/metrics",
  start: (flags) => startProcess(process.execPath, [PROGRAM, "--web.listen-address=127.0.0.1:0", ...flags]),
});

inheritedSocketContract("node_exporter", () => ({ command: [process.execPath, PROGRAM], path: "/metrics" }));
