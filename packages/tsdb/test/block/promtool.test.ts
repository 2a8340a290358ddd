import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { expect } from "@jest/globals";
import { nodeFiles } from "@ferula/files";
import { compareLabels, createMatcher, createSampleColumns, formatFloat, formatLabels, labelsOf } from "@ferula/model";
import { tempFolder } from "@ferula/test-kit";
import { openBlock } from "../../src/block/open-block.ts";
import { isUlid } from "../../src/block/ulid.ts";
import { writeBlock } from "../../src/block/write-block.ts";
import { peerEnv, testWith } from "../peer.ts";
import { sourceOf, type TestSeries } from "./support.ts";

const withPromtool = testWith("promtool");

const T = 1_700_000_000_000;

/** More series than are sampled at a time, names past ASCII, values of every kind, more than one chunk. */
const series: TestSeries[] = Array.from({ length: 70 }, (_, i) => [
  { __name__: `m${i % 5}`, n: String(i), ...(i % 3 === 0 ? { ort: ["Köln", "\uffee", "\u{1f600}"][(i / 3) % 3] } : {}) },
  Array.from({ length: 150 }, (_, k): [number, number] => [T + k * 15_000 + (i % 7), [k, -0, Infinity, 0.1 * k, NaN][(k + i) % 5]]),
]);

function promtool(...args: string[]): string {
  return execFileSync("promtool", ["tsdb", ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], env: peerEnv });
}

/** What `promtool tsdb dump` prints, in the order of labels and times. */
function dumpLines(of: readonly TestSeries[]): string[] {
  return of
    .map(([labels, samples]) => ({ labels: labelsOf(labels), samples }))
    .sort((a, b) => compareLabels(a.labels, b.labels))
    .flatMap(({ labels, samples }) => samples.map(([ms, value]) => `${formatLabels(labels)} ${formatFloat(value)} ${ms}`));
}

withPromtool("a block of ours is listed, analysed and dumped by promtool, sample by sample (skipped where promtool is not on PATH)", () => {
  const parent = tempFolder();
  const meta = writeBlock(nodeFiles, parent, { minTimeMs: T, maxTimeMs: T + 7_200_000 }, sourceOf(series));
  // It wants a log beside the blocks.
  mkdirSync(`${parent}/wal`);
  const [, row] = promtool("list", parent).split("\n");
  expect(row.split(/\s+/)).toEqual(expect.arrayContaining([meta?.ulid, String(70 * 150), "140", "70"]));
  const analysis = promtool("analyze", parent);
  expect(analysis).toContain(`Block ID: ${meta?.ulid}`);
  expect(analysis).toContain("Series: 70");
  expect(analysis).toContain("Label names: 3");
  expect(analysis).toContain(`Postings (unique label pairs): ${5 + 70 + 3}`);
  expect(promtool("dump", parent).trimEnd().split("\n")).toEqual(dumpLines(series));
});

withPromtool("blocks that promtool makes of OpenMetrics hold the same samples to us (skipped where promtool is not on PATH)", () => {
  const parent = tempFolder();
  const lines = series.flatMap(([{ __name__, ...labels }, samples]) =>
    // No space between labels here.
    samples.map(([ms, value]) => `${__name__}${formatLabels(labelsOf(labels)).replaceAll(", ", ",")} ${formatFloat(value)} ${ms / 1000}`),
  );
  const families = [0, 1, 2, 3, 4].flatMap((k) => [`# TYPE m${k} gauge`, ...lines.filter((line) => line.startsWith(`m${k}{`))]);
  writeFileSync(`${parent}/in.txt`, `${families.join("\n")}\n# EOF\n`);
  promtool("create-blocks-from", "openmetrics", `${parent}/in.txt`, `${parent}/out`);
  const found: string[] = [];
  for (const ulid of nodeFiles.readFolder(`${parent}/out`).filter(isUlid)) {
    const block = openBlock(nodeFiles, `${parent}/out/${ulid}`);
    const set = block.querier(-Infinity, Infinity).select([createMatcher("!=", "__name__", "")]);
    const out = createSampleColumns(256);
    for (let i = 0; i < set.seriesCount; i++) {
      set.read(i, out);
      for (let k = 0; k < out.length; k++)
        found.push(`${formatLabels(set.labels(i))} ${formatFloat(out.values[k])} ${out.timestampsMs[k]}`);
    }
  }
  expect(found.sort()).toEqual(dumpLines(series).sort());
});
