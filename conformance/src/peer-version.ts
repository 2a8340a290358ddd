import { spawnSync } from "node:child_process";
import { expect } from "./harness.ts";

/** The major version of Prometheus, in which its language and its API differ. */
export type MajorVersion = 2 | 3;

/** The major version of the program at `path`, by what it says. */
export function majorVersionOf(path: string): MajorVersion {
  const major = /version (\d+)\./.exec(spawnSync(path, ["--version"], { encoding: "utf8" }).stdout)?.[1];
  expect(major === "2" || major === "3", `${path} --version tells no version 2.x or 3.x`);
  return major === "2" ? 2 : 3;
}
