import { type ScrapeCase, text } from "../scrape-case.ts";

const STEPS = [text(["a 1", "b 1"]), text(["a 2", "b 2"])];

/** What a reload changes. */
export const reloadCases: readonly ScrapeCase[] = [
  { name: "reload-unchanged", steps: STEPS },
  { name: "reload-removed", steps: STEPS, reload: "removed" },
  { name: "reload-target-removed", steps: STEPS, reload: { static_configs: [] } },
  { name: "reload-interval", steps: STEPS, reload: { scrape_interval: "500ms", scrape_timeout: "500ms" } },
  { name: "reload-timeout", steps: STEPS, reload: { scrape_timeout: "600ms" } },
  { name: "reload-rules", steps: STEPS, reload: { metric_relabel_configs: [{ source_labels: ["__name__"], regex: "a", action: "drop" }] } },
  { name: "reload-limit", steps: STEPS, reload: { sample_limit: 1 } },
  { name: "reload-path", steps: STEPS, reload: { metrics_path: "/reload-unchanged" } },
  { name: "reload-label", steps: STEPS, reload: { relabel_configs: [{ target_label: "added", replacement: "x" }] } },
  { name: "reload-honor", steps: [text(['a{job="x"} 1'])], reload: { honor_labels: true } },
];
