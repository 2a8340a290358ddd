import { standInVersion, type VersionInfo } from "@ferula/flags";

/** What `--version` and the build's metric tell; the number is that of upstream whose place is taken. */
export const versionInfo: VersionInfo = standInVersion("0.28.0");
