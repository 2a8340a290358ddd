import type { JobFields, ScrapeCase } from "./scrape-case.ts";

/** The versions of the configuration that are written. */
export type Version = 2 | 3;

/** So short that a case of ten steps takes ten seconds, so long that a busy machine does not miss a scrape. Milliseconds. */
export const INTERVAL_MS = 1000;

/** The cases that a version understands. */
export function casesOf(cases: readonly ScrapeCase[], version: Version): readonly ScrapeCase[] {
  return cases.filter(({ needs3, features }) => version === 3 || (needs3 !== true && features === undefined));
}

/** `prometheus.yml` for the cases, which JSON is too; `isReloaded`: as it is behind the last step. */
export function configuration(cases: readonly ScrapeCase[], port: number, version: Version, isReloaded: boolean): string {
  const jobs = cases.filter(({ reload }) => !isReloaded || reload !== "removed");
  return JSON.stringify({
    global: {
      scrape_interval: `${INTERVAL_MS}ms`,
      scrape_timeout: `${INTERVAL_MS}ms`,
      // 2.x has it by a feature flag, for all jobs.
      ...(version === 3 ? { extra_scrape_metrics: true } : {}),
    },
    scrape_configs: jobs.map((one) => jobOf(one, port, version, isReloaded)),
  });
}

function jobOf({ name, job, since3, targets, reload }: ScrapeCase, port: number, version: Version, isReloaded: boolean): JobFields {
  // Its own label, as honor_labels may change the others.
  const labels = { case: name, instance: "exporter" };
  const address = `127.0.0.1:${port}`;
  const several = Array.from({ length: targets ?? 0 }, (_, i) => ({ targets: [address], labels: { ...labels, target: String(i) } }));
  return {
    job_name: name,
    metrics_path: `/${name}`,
    static_configs: several.length > 0 ? several : [{ targets: [address], labels }],
    ...job,
    ...(version === 3 ? since3 : {}),
    ...(isReloaded && typeof reload === "object" ? reload : {}),
  };
}
