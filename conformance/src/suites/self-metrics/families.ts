import { readFamilies, type MetricFamily } from "@ferula/exposition";
import { expectEqual } from "../../harness.ts";

/** By their names. */
export type Families = ReadonlyMap<string, MetricFamily>;

/** What a server tells of itself, in the format that it takes for what is asked. */
export async function selfMetrics(url: string, accept: string): Promise<{ readonly contentType: string; readonly families: Families }> {
  const response = await fetch(`${url}/metrics`, { headers: { accept } });
  expectEqual(response.status, 200, "status of /metrics");
  const contentType = response.headers.get("content-type") ?? "";
  const families = readFamilies(new Uint8Array(await response.arrayBuffer()), contentType);
  return { contentType, families: new Map(families.map((family) => [family.name, family])) };
}

/** The names of the labels of a family's series, all together, ascending. */
export function labelNames({ metrics }: MetricFamily): readonly string[] {
  const names = metrics.flatMap(({ labels }) => labels.filter((_, i) => i % 2 === 0));
  return [...new Set(names)].toSorted();
}
