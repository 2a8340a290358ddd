import { standInVersion, type VersionInfo } from "@ferula/flags";

/** What this build says of itself: it stands in for the upstream version that it was made after. */
export const versionInfo: VersionInfo = standInVersion("3.14.0");
