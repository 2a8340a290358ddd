import { formatRfc3339Ms } from "@ferula/durations";
import { versionInfo } from "../version.ts";

/** The answer of `GET /status`. */
export function statusJson(config: string, startedMs: number): unknown {
  const { version, revision, branch, buildUser, buildDate } = versionInfo;
  return {
    cluster: { peers: [], status: "disabled" },
    config: { original: config },
    uptime: formatRfc3339Ms(startedMs),
    versionInfo: { branch, buildDate, buildUser, goVersion: process.version, revision, version },
  };
}
