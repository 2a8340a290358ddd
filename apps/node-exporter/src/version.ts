import { standInVersion, type VersionInfo } from "@ferula/flags";

/** What this build says of itself: it stands in for this version of upstream's exporter. */
export const versionInfo: VersionInfo = standInVersion("1.12.1");
