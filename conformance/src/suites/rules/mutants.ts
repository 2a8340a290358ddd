/** A rule file that holds every field that Debian's promtool knows, and the forms that values can have. */
const BASE = `groups:
  - name: recorded
    interval: 1m
    limit: 3
    rules:
      - record: job:requests:rate5m
        expr: sum by (job) (rate(requests_total[5m]))
        labels: { team: shop }
  - name: alerts
    rules:
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 30s
        labels:
          severity: "{{ $value }}"
        annotations:
          summary: "{{ $labels.job }} is down"
      - alert: Slow
        expr: |
          job:requests:rate5m
            < 1
`;

/** What is put in the place of each value: other types, broken expressions, names and templates. */
const VALUES: readonly string[] = [
  `""`,
  "up ==",
  "rate(up)",
  "sum(",
  "foo bar",
  `"{{ nope }}"`,
  `"{{ $x }}"`,
  `"{{"`,
  `"{{ end }}"`,
  `"{{ 1 | }}"`,
  'a{b="c"}',
  "a-b",
  "é",
  `"a\\nb"`,
  "1",
  "-1",
  "1.5",
  "1e3",
  "0x10",
  "0",
  "1d",
  "1m30",
  "abc",
  "yes",
  "null",
  "[a]",
  "{ a: b }",
  "__name__",
  "2001-01-01",
];

/** What is put in the place of each key. */
const KEYS: readonly string[] = ["record", "alert", "expr", "for", "labels", "annotations", "name", "rules", "owner", "__name__", "a-b"];

/** A rule file with its name. */
export interface Mutant {
  readonly name: string;
  readonly text: string;
}

const WHOLE: readonly string[] = [
  "",
  "\n",
  "# c\n",
  "---\n",
  "groups:\n",
  "groups: []\n",
  "groups: a\n",
  "groups: {}\n",
  "groups: [a]\n",
  "[]\n",
];
const MORE: readonly string[] = [
  "groups: [null]\n",
  "groups: [{}]\n",
  "groups: [{ name: a }, { name: a }]\n",
  "groups: [\n",
  "groups: []\n---\n[\n",
];

/** The base with each of its values and keys replaced, each line left out, and each line written twice; and texts that are no such file. */
export function mutants(): readonly Mutant[] {
  const lines = BASE.split("\n").slice(0, -1);
  const texts = [BASE, ...WHOLE, ...MORE];
  for (const [i, line] of lines.entries()) {
    const replaced = (...by: readonly string[]): string => `${lines.toSpliced(i, 1, ...by).join("\n")}\n`;
    texts.push(replaced(), replaced(line, line), replaced(` ${line}`));
    const [, start, key, value] = /^(\s*(?:- )?)(\w+):(.*)$/.exec(line) ?? [];
    if (key === undefined) continue;
    if (value !== "" && value !== " |") for (const one of VALUES) texts.push(replaced(`${start}${key}: ${one}`));
    for (const one of KEYS) if (one !== key) texts.push(replaced(`${start}${one}:${value}`));
  }
  return texts.map((text, i) => ({ name: `mutant-${String(i).padStart(4, "0")}.yml`, text }));
}
