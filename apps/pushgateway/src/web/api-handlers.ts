import { formatRfc3339 } from "@ferula/durations";
import type { VersionInfo } from "@ferula/flags";
import type { RequestHandler, Response } from "express";
import type { Groups } from "../store/group.ts";
import { groupJson } from "./api-json.ts";
import { sortedGroups } from "./group-order.ts";
import { sendEmpty } from "./route-table.ts";

/** What `/api/v1/status` tells. */
export interface GatewayStatus {
  /** Every flag as it is printed. */
  readonly flags: ReadonlyMap<string, string>;
  readonly startedMs: number;
  readonly version: VersionInfo;
}

/** `GET /api/v1/status`. */
export function statusHandler({ flags, startedMs, version }: GatewayStatus): RequestHandler {
  const status = { build_information: buildInformation(version), flags: Object.fromEntries(flags), start_time: formatRfc3339(startedMs) };
  return (_req, res) => answer(res, status);
}

/** What this build is, under the API's names. */
export function buildInformation({ version, revision, branch, buildUser, buildDate }: VersionInfo): Readonly<Record<string, string>> {
  return { branch, buildDate, buildUser, goVersion: `node${process.versions.node}`, revision, version };
}

/** `GET /api/v1/metrics`. */
export function metricsHandler(groups: () => Groups): RequestHandler {
  return (_req, res) => answer(res, sortedGroups(groups()).map(groupJson));
}

/** Whatever the path: browsers of other sites may read. */
export const optionsHandler: RequestHandler = (_req, res) => {
  setApiHeaders(res);
  sendEmpty(res, 200);
};

function answer(res: Response, data: unknown): void {
  setApiHeaders(res);
  // Express would add a charset, which upstream's content type doesn't have.
  res.setHeader("Content-Type", "application/json");
  res.end(JSON.stringify({ status: "success", data }));
}

function setApiHeaders(res: Response): void {
  res.set({
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, Origin",
    "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Date",
    "Cache-Control": "no-cache, no-store, must-revalidate",
  });
}
