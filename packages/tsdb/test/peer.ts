import { spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import { test } from "@jest/globals";

/** Without the folders in which the package manager puts this repository's own programs, which have the same names. */
const PATH: string = (process.env["PATH"] ?? "")
  .split(delimiter)
  .filter((folder) => !folder.includes("node_modules"))
  .join(delimiter);

/** The environment in which the programs of Debian's package `prometheus` are found. */
export const peerEnv: NodeJS.ProcessEnv = { ...process.env, PATH };

/** A test that needs one of these programs. It is skipped where that is missing, and fails there with FERULA_PEERS=required. */
export function testWith(program: "prometheus" | "promtool"): typeof test | typeof test.skip {
  if (spawnSync(program, ["--version"], { env: peerEnv }).status === 0) return test;
  if (process.env["FERULA_PEERS"] !== "required") return test.skip;
  throw new Error(`cannot find ${program} on PATH, though FERULA_PEERS requires it`);
}
