import { readFileSync } from "node:fs";
import type { VersionInfo } from "@ferula/flags";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { readonly version: string };

/** What this build knows about itself; a package has its version, and only whoever built it knows the rest. */
export const versionInfo: VersionInfo = {
  version,
  revision: process.env["FERULA_REVISION"] ?? "unknown",
  branch: process.env["FERULA_BRANCH"] ?? "unknown",
  buildUser: process.env["FERULA_BUILD_USER"] ?? "unknown",
  buildDate: process.env["FERULA_BUILD_DATE"] ?? "unknown",
};
