import { type ScrapeCase, text } from "../scrape-case.ts";

const CLASHES = [
  text([
    'a{job="theirs"} 1',
    'a{instance="theirs",job=""} 2',
    'a{exported_job="x",job="y"} 3',
    'a{exported_exported_job="x",exported_job="y",job="z"} 4',
    'up{job="theirs"} 0',
    "up 5",
    'scrape_samples_scraped{instance="exporter"} 6',
    'a{job="scrape"} 7',
  ]),
  text(['a{job="theirs"} 1']),
];
const NAMES = text(['a{x="1"} 1', 'b{x="2"} 2', 'c{x="3",y="4"} 3', "d 4", "__hidden 5", 'e{__meta="1",z="2"} 6']);

function relabelled(name: string, ...rules: readonly Readonly<Record<string, unknown>>[]): ScrapeCase {
  return { name: `relabel-${name}`, steps: [NAMES, NAMES, text(["d 4"])], job: { metric_relabel_configs: rules } };
}

/** Labels: of targets, of samples, and what relabelling makes of them. */
export const labelCases: readonly ScrapeCase[] = [
  { name: "labels-clash", steps: CLASHES },
  { name: "labels-honored", steps: CLASHES, job: { honor_labels: true } },
  {
    name: "labels-clash-relabelled",
    steps: CLASHES,
    job: {
      metric_relabel_configs: [
        { regex: "exported_(.+)", action: "labelmap" },
        { regex: "exported_job", action: "labeldrop" },
      ],
    },
  },
  relabelled("drop", { source_labels: ["__name__"], regex: "a|c", action: "drop" }),
  relabelled("drop-all", { regex: ".*", action: "drop" }),
  relabelled("keep", { source_labels: ["x"], regex: ".+", action: "keep" }),
  relabelled("rename", { source_labels: ["__name__"], regex: "(.+)", target_label: "__name__", replacement: "renamed_$1" }),
  relabelled(
    "to-one",
    { source_labels: ["__name__"], target_label: "__name__", replacement: "one" },
    { regex: "x|y|z|__meta", action: "labeldrop" },
  ),
  relabelled("empty-name", { source_labels: ["__name__"], regex: "b", target_label: "__name__", replacement: "" }),
  relabelled("no-name", { source_labels: ["__name__", "x"], regex: "c;3", target_label: "__name__", replacement: "1 bad" }),
  relabelled("empty-label", { source_labels: ["x"], regex: "1", target_label: "x", replacement: "" }),
  relabelled("bad-label", { source_labels: ["x"], regex: "(.+)", target_label: "l_$1", replacement: "v" }),
  relabelled("labelkeep", { regex: "__name__|case|instance|job|x", action: "labelkeep" }),
  relabelled("hash", { source_labels: ["x", "y"], modulus: 7, target_label: "shard", action: "hashmod" }),
  relabelled("case", { source_labels: ["__name__"], target_label: "__name__", action: "uppercase" }),
  relabelled("target-labels", { regex: "instance", action: "labeldrop" }, { source_labels: ["job"], target_label: "job2" }),
  relabelled("equal", { source_labels: ["x"], target_label: "y", action: "dropequal" }),
  {
    name: "target-relabelled",
    steps: [text(["a 1"])],
    targets: 3,
    job: {
      relabel_configs: [
        { source_labels: ["target"], regex: "2", action: "drop" },
        { source_labels: ["__address__"], regex: ".*", target_label: "fixed", replacement: "yes" },
        { source_labels: ["__scrape_interval__"], target_label: "interval" },
        { target_label: "__tmp", replacement: "gone" },
        { source_labels: ["target"], regex: "0", target_label: "__scrape_timeout__", replacement: "700ms" },
        { target_label: "__param_x", replacement: "a b&c" },
      ],
    },
  },
  { name: "target-same", steps: [text(["a 1"])], targets: 2, job: { relabel_configs: [{ regex: "target", action: "labeldrop" }] } },
];
