import { both, type Call, get } from "../call.ts";
import { adminCalls, closedCalls, outsideCalls } from "./admin.ts";
import { codingCalls } from "./codings.ts";
import { expressionCalls } from "./expressions.ts";
import { federateCalls } from "./federate.ts";
import { limitCalls } from "./limits.ts";
import { listCalls } from "./lists.ts";
import { methodCalls } from "./methods.ts";
import { parameterCalls } from "./parameters.ts";
import { queryCalls } from "./queries.ts";
import { searchCalls } from "./search.ts";
import { statusCalls } from "./status.ts";
import { timesOf } from "./times.ts";
import { ruleCalls, targetCalls } from "./views.ts";
import { webCalls } from "./web.ts";
import type { World } from "../world.ts";

/** What a tour must know of the servers' world. */
export type Toured = Pick<World, "toSeconds" | "rulesFile">;

/** The tour of a server with everything on, in its order. */
export function openTour({ toSeconds, rulesFile }: Toured): readonly Call[] {
  const times = timesOf(toSeconds);
  return [
    ...queryCalls(times),
    ...expressionCalls(),
    ...listCalls(times),
    ...searchCalls(times),
    ...targetCalls(),
    ...ruleCalls(rulesFile),
    ...statusCalls(),
    ...limitCalls(times),
    ...parameterCalls(times),
    ...codingCalls(times),
    ...methodCalls(),
    ...webCalls(times),
    ...federateCalls(),
    ...adminCalls(times),
    { method: "POST", path: "/-/quit" },
  ];
}

/** The tour that the documents describe, and what it leaves out. */
export function documentTour(toured: Toured): readonly Call[] {
  const written = { "match[]": "written", limit: 1 };
  const changes = adminCalls(timesOf(toured.toSeconds));
  const calls = openTour(toured).filter(({ path }) => path.startsWith("/api/v1/"));
  return [
    ...calls.filter((call) => !changes.some(({ path }) => path === call.path)),
    get("scrape_pools/config", { scrapePool: "good" }),
    get("scrape_pools/config", { scrapePool: "nowhere" }),
    get("rules", { exclude_alerts: "true", group_limit: 1 }),
    ...both("labels", written),
    ...changes,
    ...changes.filter(({ method, path }) => method === "POST" && path.includes("/admin/")).map((call) => ({ ...call, method: "PUT" })),
  ];
}

/** The tour of a server with everything off, below `prefix`. */
export function closedTour(toSeconds: number, prefix: string): readonly Call[] {
  const inside = closedCalls(timesOf(toSeconds)).map((call) => ({ ...call, path: prefix + call.path }));
  return [...inside, ...outsideCalls()];
}
