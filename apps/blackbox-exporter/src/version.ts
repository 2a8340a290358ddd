import { standInVersion, type VersionInfo } from "@ferula/flags";

export const versionInfo: VersionInfo = standInVersion("0.28.0");
