import { readFileSync } from "node:fs";

/** What a build knows about itself. */
export interface VersionInfo {
  readonly version: string;
  /** The commit it was built from. */
  readonly revision: string;
  readonly branch: string;
  readonly buildUser: string;
  /** As upstream writes it: `20260102-03:04:05`. */
  readonly buildDate: string;
}

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string };

/** The version of Ferula itself, which all packages share. */
export const ferulaVersion: string = manifest.version;

/**
 * What a program of ours says of itself. `version` is that of the upstream program it stands in for: clients choose what they ask for by
 * it. What it really is stands in the branch. Whoever builds it may name the rest by `FERULA_REVISION`, `FERULA_BUILD_USER` and
 * `FERULA_BUILD_DATE` in the environment.
 */
export function standInVersion(version: string): VersionInfo {
  return {
    version,
    revision: process.env["FERULA_REVISION"] ?? "",
    branch: `ferula-${ferulaVersion}`,
    buildUser: process.env["FERULA_BUILD_USER"] ?? "",
    buildDate: process.env["FERULA_BUILD_DATE"] ?? "",
  };
}

/**
 * The text of `--version`, in the layout of upstream's programs (prometheus/common version.Print) with Node in the place of Go:
 * `prometheus, version 3.1.0 (branch: main, revision: abc)` and one indented line each for who, when, runtime and platform.
 */
export function versionText(program: string, info: VersionInfo): string {
  return [
    `${program}, version ${info.version} (branch: ${info.branch}, revision: ${info.revision})`,
    `  build user:       ${info.buildUser}`,
    `  build date:       ${info.buildDate}`,
    `  node version:     ${process.version}`,
    `  platform:         ${process.platform}/${process.arch === "x64" ? "amd64" : process.arch}`,
    "",
  ].join("\n");
}
