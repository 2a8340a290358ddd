import { spawn } from "node:child_process";
import { expectEqual, option, peer, type Check, type Suite } from "../../harness.ts";
import { binary } from "../../paths.ts";
import { majorVersionOf } from "../../peer-version.ts";
import { flagsCheck } from "./flags.ts";
import { lines, type Line } from "./lines.ts";

/** Command lines of the server, beside Debian's. */
export const commandLine: Suite = {
  name: "command-line",
  about: "the server ends with the code of Debian's for command lines that it can't take, and tells the same flags",
  atOnce: 3,
  checks(args) {
    const chosen = option(args, "peer");
    const findPeer = (): string => chosen ?? peer("prometheus");
    return [flagsCheck(findPeer), ...lines.map((line) => lineCheck(line, findPeer))];
  },
};

function lineCheck({ args, code, sinceThree }: Line, findPeer: () => string): Check {
  return {
    name: args.join(" "),
    async run() {
      expectEqual(await exitCode(binary("prometheus"), args), code, "our exit code");
      const program = findPeer();
      // Ours is held against the table in any case.
      if (!sinceThree || majorVersionOf(program) >= 3) expectEqual(await exitCode(program, args), code, "the peer's exit code");
    },
  };
}

function exitCode(program: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["--config.file=/nope/prometheus.yml", ...args], { stdio: "ignore" });
    child.once("error", reject);
    child.once("close", resolve);
  });
}
