import { randomBytes } from "node:crypto";
import { goQuote } from "@ferula/durations";
import { requireSameSite } from "@ferula/http";
import { PromError } from "@ferula/model";
import type { Request, RequestHandler, Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData } from "../answer/envelope.ts";
import type { ApiPath } from "../openapi/operations.ts";
import { namingParam, parseSelector } from "../params/matchers.ts";
import { parseGoBool } from "../params/boolean.ts";
import { invalidParam, readParams, readWholeParams, type Params } from "../params/params.ts";
import { MAX_TIME_MS, MIN_TIME_MS, timeParam } from "../params/time.ts";
import type { AdminPort } from "../ports.ts";

/** What the admin API works on. */
export interface AdminRouteDeps {
  /** Undefined where it is off. */
  readonly admin?: AdminPort;
  readonly externalUrl?: string;
  readonly nowMs: () => number;
}

type AdminPath = Extract<ApiPath, `/admin/${string}`>;

type Act = (admin: AdminPort, req: Request) => Promise<object | undefined>;

/** `admin/tsdb/…`. A browser may not ask on behalf of another site. */
export function adminRoutes({ admin, externalUrl, nowMs }: AdminRouteDeps): Router {
  const routes = createRoutes();
  routes.use("/admin", requireSameSite(externalUrl === undefined ? {} : { externalUrl }));

  add("/admin/tsdb/delete_series", async ({ deleteSeries }, req) => {
    const params = readWholeParams(req);
    const selectors = params.all("match[]");
    if (selectors.length === 0) throw new PromError("bad_data", "no match[] parameter provided");
    const startMs = timeParam(params, "start", MIN_TIME_MS);
    const endMs = timeParam(params, "end", MAX_TIME_MS);
    // One by one, as upstream: those before a mistake are gone.
    for (const selector of selectors)
      await deleteSeries(
        startMs,
        endMs,
        namingParam("match[]", () => parseSelector(selector)),
      );
    return undefined;
  });
  add("/admin/tsdb/clean_tombstones", async ({ cleanTombstones }) => {
    await cleanTombstones();
    return undefined;
  });
  add("/admin/tsdb/snapshot", async ({ snapshot }, req) => {
    const skipsHead = skipHeadParam(readParams(req));
    const name = snapshotName(nowMs());
    await snapshot(name, !skipsHead).catch((error: unknown) => {
      throw new PromError("internal", `create snapshot: ${(error as Error).message}`, { cause: error });
    });
    return { name };
  });
  return routes;

  function add(path: AdminPath, act: Act): void {
    const handler: RequestHandler = async (req, res) => {
      if (admin === undefined) throw new PromError("unavailable", "admin APIs disabled");
      const data = await act(admin, req);
      if (data === undefined) res.status(204).end();
      else sendData(res, data);
    };
    addRoute(routes, "POST, PUT", path, handler);
  }
}

function skipHeadParam(params: Params): boolean {
  const text = params.get("skip_head") ?? "false";
  const value = parseGoBool(text);
  if (value !== undefined) return value;
  throw invalidParam("skip_head", `unable to parse boolean: strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
}

/** The time and a number that no other snapshot has: `20260102T150405Z-0123456789abcdef` (web/api/v1/api.go `snapshot`). */
function snapshotName(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
  return `${time}-${randomBytes(8).toString("hex")}`;
}
