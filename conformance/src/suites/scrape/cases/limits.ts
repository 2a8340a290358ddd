import { type ScrapeCase, text, timedText } from "../scrape-case.ts";

const SMALL = text(["a 1", "b 1"]);
const LARGE = text(["a 2", "b 2", "c 2", 'd{x="1"} 2']);
const LABELS = text(["a 3", 'b{x="1",y="2",z="3"} 3', "c 3"]);
const LONG_NAME = text(["a 4", `b{${"n".repeat(30)}="1"} 4`, "c 4"]);
const LONG_VALUE = text(["a 5", `b{x="${"ü".repeat(60)}"} 5`, "c 5"]);
const LONG_METRIC = text(["a 6", `${"m".repeat(70)} 6`, "c 6"]);

/** Before it is reached, behind it, and back. */
function limited(name: string, job: Readonly<Record<string, unknown>>, over = LARGE): ScrapeCase {
  return { name: `limit-${name}`, steps: [SMALL, over, SMALL, over], job };
}

/** Limits. */
export const limitCases: readonly ScrapeCase[] = [
  limited("samples", { sample_limit: 3 }),
  limited("samples-just", { sample_limit: 4 }),
  limited("samples-dropped", { sample_limit: 3, metric_relabel_configs: [{ source_labels: ["__name__"], regex: "a", action: "drop" }] }),
  limited("samples-twice", { sample_limit: 3 }, text(["a 1", "a 1", "a 1", "a 1"])),
  limited("samples-old", { sample_limit: 3 }, timedText(["a 1 {-5s}", "a 1 {-6s}", "a 1 {-7s}", "b 1"])),
  limited("samples-bad", { sample_limit: 1 }, text(["a 1", "b 1", "bad"])),
  limited("body", { body_size_limit: "20B" }),
  limited("body-just", { body_size_limit: "25B" }),
  limited("body-zipped", { body_size_limit: "20B" }, text(["a 2", "b 2", "c 2", 'd{x="1"} 2'], { isGzipped: true })),
  limited("labels", { label_limit: 5 }, LABELS),
  limited("labels-just", { label_limit: 7 }, LABELS),
  limited("names", { label_name_length_limit: 29 }, LONG_NAME),
  limited("names-just", { label_name_length_limit: 30 }, LONG_NAME),
  limited("values", { label_value_length_limit: 100 }, LONG_VALUE),
  limited("values-just", { label_value_length_limit: 120 }, LONG_VALUE),
  limited("values-metric", { label_value_length_limit: 60 }, LONG_METRIC),
  { name: "limit-targets", steps: [SMALL, SMALL], targets: 3, job: { target_limit: 2 } },
  { name: "limit-targets-just", steps: [SMALL, SMALL], targets: 2, job: { target_limit: 2 } },
  {
    name: "limit-extra-metrics-off",
    needs3: true,
    steps: [SMALL, LARGE],
    since3: { extra_scrape_metrics: false },
    job: { sample_limit: 3 },
  },
];
