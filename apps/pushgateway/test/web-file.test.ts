import { join } from "node:path";
import { inheritedSocketContract, startProcess, webFileContract } from "@ferula/test-kit";

const PROGRAM = join(import.meta.dirname, "../bin/pushgateway.js");

webFileContract("pushgateway", {
  path: "/-/healthy",
  start: (flags) => startProcess(process.execPath, [PROGRAM, "--web.listen-address=127.0.0.1:0", ...flags]),
});

inheritedSocketContract("pushgateway", () => ({ command: [process.execPath, PROGRAM], path: "/-/healthy" }));
