import type { MetricMetadata } from "@ferula/model";
import type { TargetsPort } from "../ports.ts";
import { inTurns } from "./in-turns.ts";

/** What is known of each metric: of several targets that tell of it, what the first says. */
export type MetadataByMetric = ReadonlyMap<string, MetricMetadata>;

/** Whoever types a name asks anew with each letter: what the targets say is read once in this time. */
const KEPT_MS = 5000;

/** What the targets say that are scraped; asked again, it may be some seconds old. */
export function createMetricMetadata(targets: Pick<TargetsPort, "active">, nowMs: () => number): () => Promise<MetadataByMetric> {
  let kept: Promise<MetadataByMetric> | undefined;
  let keptUntilMs = 0;
  return () => {
    if (kept !== undefined && nowMs() < keptUntilMs) return kept;
    keptUntilMs = nowMs() + KEPT_MS;
    kept = readAll(targets);
    // What failed is read again.
    kept.catch(() => (keptUntilMs = 0));
    return kept;
  };
}

async function readAll(targets: Pick<TargetsPort, "active">): Promise<MetadataByMetric> {
  const known = new Map<string, MetricMetadata>();
  for await (const { metadata } of inTurns(targets.active())) {
    for (const [name, entry] of metadata()) if (!known.has(name)) known.set(name, entry);
  }
  return known;
}
