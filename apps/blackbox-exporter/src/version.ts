import type { VersionInfo } from "@ferula/flags";

/**
 * `version` is that of the upstream program that this one stands in for: clients choose what they ask for by it. What it really is stands
 * in the branch.
 */
export const versionInfo: VersionInfo = { version: "0.28.0", revision: "", branch: "ferula-0.1.0", buildUser: "", buildDate: "" };
