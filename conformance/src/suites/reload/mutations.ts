import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import type { Files } from "./base.ts";

/** One way to break a configuration. */
export interface Mutation {
  readonly name: string;
  readonly file: string;
  /** Counted from 1; undefined where the file as a whole is what is wrong. */
  readonly line: number | undefined;
  /** Makes the file what it is then, where nothing lies yet. */
  readonly make: (path: string) => void;
}

const MAIN = "prometheus.yml";
const FURTHER = "jobs/further.yml";
const RECORDED = "rules/recorded.yml";
const ALERTS = "rules/alerts.yml";

/** Rows of `file: words of a line -> what stands there instead`; the mistake is in that line. `\n` in it begins another line. */
type Row = readonly [file: string, words: string, instead: string];

/** Keys of both files of jobs and of the main file whose values are durations. */
const DURATIONS: readonly (readonly [string, string])[] = [
  [MAIN, "  scrape_interval: 1s\n  scrape_timeout"],
  [MAIN, "  evaluation_interval: 1s"],
  [MAIN, "      timeout: 3s"],
  [MAIN, "    scrape_interval: 1s\n    body"],
  [MAIN, "        refresh_interval: 5m"],
  [FURTHER, "    scrape_interval: 1s"],
  [RECORDED, "    interval: 1s"],
  [ALERTS, "        for: 5m"],
  [ALERTS, "        keep_firing_for: 1m"],
  [ALERTS, "    query_offset: 1s"],
];
const BAD_DURATIONS: readonly string[] = ["1", "5 minutes", "-1m", "1m1h", "[1s]"];

/** The first key of each section. */
const SECTIONS: readonly (readonly [string, string])[] = [
  [MAIN, "global:\n  "],
  [MAIN, "rule_files:\n"],
  [MAIN, "      regex: debug"],
  [MAIN, "      timeout: 3s"],
  [MAIN, "        - targets: []"],
  [MAIN, "    metrics_path: /metrics"],
  [MAIN, "        target_label: host"],
  [MAIN, "      - regex: noise_.*"],
  [MAIN, "        labels:\n          env: test"],
  [MAIN, "        refresh_interval: 5m"],
  [FURTHER, "    honor_timestamps: true"],
  [FURTHER, "      username: someone"],
  [FURTHER, "        modulus: 4"],
  [RECORDED, "    limit: 100"],
  [RECORDED, "        expr: sum(hits_total)"],
  [ALERTS, "        for: 5m"],
  [ALERTS, "    query_offset: 1s"],
];
const UNKNOWN_KEYS: readonly string[] = ["unknown_key: 1", "Regex: x", "intervall: {a: b}"];

const EXPRESSIONS: readonly (readonly [string, string])[] = [
  [RECORDED, "sum(hits_total)"],
  [RECORDED, 'up{job="steady"}'],
  [ALERTS, "absent(hits_total)"],
  [ALERTS, "up == 0"],
];
const BAD_EXPRESSIONS: readonly string[] = ["sum(", "rate(x)", "x[5m", "no_such_function(x)", "x{a=~'('}", "1 +", "'text' + 1"];

const BAD_TEMPLATES: readonly string[] = [
  "{{ $labels.job",
  "{{ $nothing }}",
  "{{ noSuchFunction 1 }}",
  "{{ if }}x{{ end }}",
  "{{ range $i }}",
  "{{ end }}",
  "{{ template }}",
  "{{ else }}",
];

const WRONG_TYPES: readonly Row[] = [
  [MAIN, "scrape_timeout: 1s", "scrape_timeout: {a: 1}"],
  [MAIN, "    site: here", "    site: [here]"],
  [MAIN, "    honor_labels: false", "    honor_labels: sometimes"],
  [MAIN, "    sample_limit: 1000", "    sample_limit: many"],
  [MAIN, "    sample_limit: 1000", "    sample_limit: [1]"],
  [MAIN, "    metrics_path: /metrics", "    metrics_path: {a: b}"],
  [MAIN, "    body_size_limit: 10MB", "    body_size_limit: large"],
  [MAIN, "      - source_labels: [__address__]", "      - source_labels: {a: b}"],
  [MAIN, "          - targets/*.json", "          - {a: b}"],
  [MAIN, "  - job_name: steady", "  - job_name: [steady]"],
  [MAIN, "    - scheme: http", "    - scheme: [http]"],
  [FURTHER, "    honor_timestamps: true", "    honor_timestamps: 3"],
  [FURTHER, "        modulus: 4", "        modulus: four"],
  [FURTHER, "      username: someone", "      username: [someone]"],
  [FURTHER, "        action: hashmod", "        action: {a: 1}"],
  [RECORDED, "    limit: 100", "    limit: few"],
  [RECORDED, "          kind: sum", "          kind: [sum]"],
  [RECORDED, "      - record: steady:hits", "      - record: [x]"],
  [ALERTS, "          severity: page", "          severity: {a: b}"],
  [ALERTS, "  - name: others", "  - name: [others]"],
];

const BAD_RELABELLING: readonly Row[] = [
  [MAIN, "      regex: debug", "      regex: (debug"],
  [MAIN, "      regex: debug", "      regex: '*'"],
  [MAIN, "        regex: (.*):(.*)", "        regex: (?=x)"],
  [MAIN, "        regex: (.*):(.*)", "        regex: '[z-a]'"],
  [MAIN, "        regex: (.*):(.*)", "        regex: 'a{2,1}'"],
  [MAIN, "        regex: (.*):(.*)", "        regex: '\\p{Nothing}'"],
  [MAIN, "      - regex: noise_.*", "      - regex: 'noise_['"],
  [MAIN, "        action: replace", "        action: exchange"],
  [MAIN, "        action: labeldrop", "        action: labelmop"],
  [FURTHER, "        action: hashmod", "        action: hash"],
];

const BAD_VALUES: readonly Row[] = [
  [MAIN, "  - job_name: discovered", "  - job_name: steady"],
  [MAIN, "  - job_name: discovered", "  - job_name: ''"],
  [FURTHER, "  - job_name: further", "  - job_name: steady"],
  [FURTHER, "  - job_name: further", "  - job_name: discovered"],
  [MAIN, "          - targets/*.json", "          - targets/*.txt"],
  [MAIN, "          - targets/*.json", "          - '*/one.json'"],
  [MAIN, "  - rules/recorded.yml", "  - '*/recorded.yml'"],
  [ALERTS, "  - name: others", "  - name: alerts"],
  [ALERTS, "  - name: others", "  - name: ''"],
  [RECORDED, "      - record: steady:hits", "      - record: steady{hits}"],
];

/** Lines in front of which something stands that is no YAML. */
const YAML_PLACES: readonly (readonly [string, string])[] = [
  [MAIN, "rule_files:"],
  [MAIN, "alerting:"],
  [MAIN, "    honor_labels: false"],
  [FURTHER, "    honor_timestamps: true"],
  [RECORDED, "    limit: 100"],
  [ALERTS, "  - name: others"],
];
const NO_YAML: readonly string[] = ['"open', "\tx: 1", "key: {a: 1", "key: [1, 2", "*nothing: 1", "@x: 1"];

/** Every mutation, in an order that takes from all kinds in turn. */
export function mutationsOf(files: Files): readonly Mutation[] {
  const row = (kind: string, [file, words, instead]: Row): Mutation => replaced(files, kind, file, words, instead);
  const kinds: readonly (readonly Mutation[])[] = [
    DURATIONS.flatMap(([file, words]) => BAD_DURATIONS.map((bad) => row("duration", [file, words, words.replace(/: \w+/, `: ${bad}`)]))),
    SECTIONS.flatMap(([file, words]) => UNKNOWN_KEYS.map((key) => withKey(files, file, words, key))),
    EXPRESSIONS.flatMap(([file, words]) => BAD_EXPRESSIONS.map((bad) => row("expression", [file, words, bad]))),
    BAD_TEMPLATES.map((bad) => row("template", [ALERTS, "{{ $labels.job }} is quiet: {{ $value | humanize }}", bad])),
    WRONG_TYPES.map((one) => row("type", one)),
    BAD_RELABELLING.map((one) => row("relabelling", one)),
    BAD_VALUES.map((one) => row("value", one)),
    YAML_PLACES.flatMap(([file, words]) => NO_YAML.map((bad) => noYaml(files, file, words, bad))),
    [MAIN, FURTHER, RECORDED, ALERTS].flatMap(unreadable),
  ];
  const longest = Math.max(...kinds.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => kinds.flatMap((kind) => kind.slice(i, i + 1))).flat();
}

function replaced(files: Files, kind: string, file: string, words: string, instead: string): Mutation {
  const text = files[file];
  const at = text.indexOf(words);
  if (at < 0) throw new Error(`BUG: ${file} holds no ${JSON.stringify(words)}`);
  const name = `${kind}: ${file}: ${instead.trim()}`;
  return {
    name,
    file,
    line: lineAt(text, at),
    make: (path) =>
      writeFileSync(
        path,
        text.replace(words, () => instead),
      ),
  };
}

/** An unknown key before the line of `words`, in the same section. */
function withKey(files: Files, file: string, words: string, key: string): Mutation {
  const indent = /^ */.exec(words)![0];
  // The first key of a list's item has the dash: the new key takes it.
  const isItem = words.trimStart().startsWith("- ");
  const instead = isItem ? words.replace("- ", `- ${key}\n${indent}  `) : `${indent}${key}\n${words}`;
  return { ...replaced(files, "key", file, words, instead), name: `key: ${file}: ${key} before ${words.trim().split("\n")[0]}` };
}

/** Where a reader notices that a quote or a bracket is not closed differs: any line will do, but there must be one. */
function noYaml(files: Files, file: string, words: string, bad: string): Mutation {
  const indent = /^ */.exec(words)![0];
  return { ...replaced(files, "yaml", file, words, `${indent}${bad}\n${words}`), name: `yaml: ${file}: ${bad.trim()}`, line: ANY_LINE };
}

/** Some line must be named. */
export const ANY_LINE = 0;

function unreadable(file: string): readonly Mutation[] {
  const broken = (how: string, make: (path: string) => void): Mutation => ({
    name: `unreadable: ${file}: ${how}`,
    file,
    line: undefined,
    make,
  });
  return [
    broken("a directory", (path) => mkdirSync(path)),
    broken("a link that leads nowhere", (path) => symlinkSync(`${path}.nothing`, path)),
    broken("a link to itself", (path) => symlinkSync(path, path)),
  ];
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
