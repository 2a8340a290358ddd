import type { Clock } from "@ferula/durations";
import type { Labels } from "@ferula/model";
import { childOf, itemsAt, textAt } from "./aws/xml.ts";
import type { QueryApi, QueryParameters } from "./aws/query-api.ts";
import { withRetries } from "./aws/retry.ts";
import { reservationTargets, type InstanceContext } from "./instance-labels.ts";

/** One thing that instances are narrowed to. */
export interface InstanceFilter {
  readonly name: string;
  /** Of which one must fit. */
  readonly values: readonly string[];
}

/** The version of EC2's API whose names are read. */
const VERSION = "2016-11-15";

const RESERVATIONS = ["DescribeInstancesResponse", "reservationSet", "item"];

/** IDs of the region's availability zones by their names. */
export async function describeZones(api: QueryApi, clock: Clock, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const answer = await withRetries(clock, signal, () => api({ Action: "DescribeAvailabilityZones", Version: VERSION }, signal));
  const zones = itemsAt(answer, "availabilityZoneInfo").filter((zone) => childOf(zone, "zoneName") && childOf(zone, "zoneId"));
  return new Map(zones.map((zone) => [textAt(zone, "zoneName"), textAt(zone, "zoneId")]));
}

/** Targets of all instances that fit, page by page. */
export async function describeInstances(
  api: QueryApi,
  filters: readonly InstanceFilter[],
  context: InstanceContext,
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly Labels[]> {
  const parameters = { Action: "DescribeInstances", Version: VERSION, ...filterParameters(filters) };
  const targets: Labels[] = [];
  let token = "";
  do {
    const asked: QueryParameters = token === "" ? parameters : { ...parameters, NextToken: token };
    const page = await withRetries(clock, signal, () => instancePage(api, asked, context, signal));
    for (const target of page.targets) targets.push(target);
    if (page.nextToken !== "" && page.nextToken === token) throw new Error("a page of instances leads to itself");
    token = page.nextToken;
  } while (token !== "");
  return targets;
}

/** Reservations become labels while the answer comes in; none of its XML is kept. */
async function instancePage(api: QueryApi, parameters: QueryParameters, context: InstanceContext, signal: AbortSignal) {
  const targets: Labels[] = [];
  const answer = await api(parameters, signal, {
    path: RESERVATIONS,
    onItem(reservation) {
      for (const target of reservationTargets(reservation, context)) targets.push(target);
    },
  });
  return { targets, nextToken: textAt(answer, "nextToken") };
}

/** Lists in the AWS Query protocol are numbered fields. */
function filterParameters(filters: readonly InstanceFilter[]): QueryParameters {
  return Object.fromEntries(
    filters.flatMap(({ name, values }, i) => [
      [`Filter.${i + 1}.Name`, name],
      ...values.map((value, j) => [`Filter.${i + 1}.Value.${j + 1}`, value]),
    ]),
  ) as QueryParameters;
}
