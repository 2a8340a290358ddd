import { standInVersion, type VersionInfo } from "@ferula/flags";

export const versionInfo: VersionInfo = standInVersion("1.11.3");
