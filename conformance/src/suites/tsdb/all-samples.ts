import { expect } from "../../harness.ts";

/** Samples of series as `labels value@time` lines, sorted, so that two storages can be held against each other. */
export type SampleLines = readonly string[];

interface MatrixRow {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [timeS: number, value: string])[];
}

/** All samples that a server holds up to `endS`; stale markers don't show in answers. */
export async function allSamples(url: string, endS: number): Promise<SampleLines> {
  const query = '{__name__!="",job!="none"}[20y]';
  const response = await fetch(`${url}/api/v1/query`, { method: "POST", body: new URLSearchParams({ query, time: String(endS) }) });
  const { data, error } = (await response.json()) as { data?: { result: readonly MatrixRow[] }; error?: string };
  if (data === undefined) throw new Error(error ?? `status ${response.status}`);
  return data.result
    .flatMap(({ metric, values }) =>
      values.map(([timeS, value]) => `${labelsText(metric)} ${numberText(value)}@${Math.round(timeS * 1000)}`),
    )
    .sort();
}

/** What `promtool tsdb dump` printed, in the same form; stale markers are NaN there. */
export function dumpedSamples(dump: string): SampleLines {
  return dump
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, labels, value, timeMs] = /^(\{.*\}) (\S+) (\d+)$/.exec(line) ?? [];
      expect(labels !== undefined, `promtool printed a line of another form: ${line}`);
      return `${labels.replaceAll(/", (?=[a-zA-Z_])/g, '",')} ${numberText(value)}@${timeMs}`;
    })
    .sort();
}

/** Throws with the first differences unless both hold the same samples. */
export function expectSameSamples(got: SampleLines, want: SampleLines, what: string): void {
  expect(want.length > 0, `${what}: there is no sample to compare`);
  const [gotSet, wantSet] = [new Set(got), new Set(want)];
  const missing = want.filter((line) => !gotSet.has(line));
  const extra = got.filter((line) => !wantSet.has(line));
  expect(
    missing.length === 0 && extra.length === 0,
    `${what}: of ${want.length} samples ${missing.length} are missing and ${extra.length} are too many\n${[
      ...missing.slice(0, 5).map((line) => `- ${line}`),
      ...extra.slice(0, 5).map((line) => `+ ${line}`),
    ].join("\n")}`,
  );
}

/** Labels as promtool prints them, without blanks between. */
function labelsText(metric: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(",")}}`;
}

/** A number in one form, however it was written. */
function numberText(text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  return Object.is(value, -0) ? "-0" : String(value);
}
