import type { MetricFamily } from "@ferula/exposition";
import type { Logger } from "@ferula/logging";
import { isNoDataError } from "../collectors/collector.ts";
import { add, gauge } from "../scalar-family.ts";
import type { EnabledCollector } from "./enabled-collectors.ts";

/**
 * Runs collectors at the same time and yields all that they told, with how long each took and whether it succeeded. One that fails is
 * logged; what it told before it failed is kept.
 */
export async function runCollectors(collectors: readonly EnabledCollector[], logger: Logger): Promise<readonly MetricFamily[]> {
  const durations = gauge("node_scrape_collector_duration_seconds", "node_exporter: Duration of a collector scrape.");
  const successes = gauge("node_scrape_collector_success", "node_exporter: Whether a collector succeeded.");
  const families: MetricFamily[] = [durations, successes];
  const run = async ({ name, collector }: EnabledCollector): Promise<void> => {
    const labels = ["collector", name];
    const startedMs = performance.now();
    const finish = (succeeded: boolean): number => {
      const durationSeconds = (performance.now() - startedMs) / 1000;
      add(durations, durationSeconds, labels);
      add(successes, succeeded ? 1 : 0, labels);
      return durationSeconds;
    };
    try {
      const told = collector.collect();
      // Without a wait where there is nothing to wait for: the others would run in between and count as this one's time.
      for (const family of Symbol.iterator in told ? told : await told) families.push(family);
      finish(true);
    } catch (error) {
      const fields = { name, duration_seconds: finish(false), err: error };
      if (isNoDataError(error)) logger.debug("collector returned no data", fields);
      else logger.error("collector failed", fields);
    }
  };
  await Promise.all(collectors.map(run));
  return families;
}
