import { standInVersion, type VersionInfo } from "@ferula/flags";

export const versionInfo: VersionInfo = standInVersion("3.14.0");
