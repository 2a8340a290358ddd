import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { expect } from "@jest/globals";
import { nodeFiles } from "@ferula/files";
import { compareLabels, formatFloat, formatLabels, labelsOf } from "@ferula/model";
import { tempFolder } from "@ferula/test-kit";
import { writeBlock } from "../../src/block/write-block.ts";
import { cleanTombstones, compactBlocks } from "../../src/compact/compact-blocks.ts";
import { deleteFromBlock } from "../../src/block/delete-from-block.ts";
import { openBlock } from "../../src/block/open-block.ts";
import { sourceOf, type TestSeries } from "../block/support.ts";
import { peerEnv, testWith } from "../peer.ts";
import { HOUR_MS, range2h } from "./support.ts";

const withPromtool = testWith("promtool");

/** A whole number of ranges behind 1970. */
const FIRST = 240_000;

function seriesOf(k: number, offsetMs: number): TestSeries[] {
  const { minTimeMs } = range2h(FIRST + k);
  return Array.from({ length: 40 }, (_, i) => [
    { __name__: `m${i % 3}`, n: String(i) },
    Array.from({ length: 200 }, (__, j): [number, number] => [minTimeMs + offsetMs + j * 30_000, [j, -0, Infinity, NaN, 0.1 * i][j % 5]]),
  ]);
}

/** What `promtool tsdb dump` prints. */
function dumpLines(of: readonly TestSeries[], isKept: (ms: number) => boolean): string[] {
  return of
    .flatMap(([labels, samples]) => samples.filter(([ms]) => isKept(ms)).map(([ms, value]) => ({ labels: labelsOf(labels), ms, value })))
    .sort((a, b) => compareLabels(a.labels, b.labels) || a.ms - b.ms)
    .map(({ labels, ms, value }) => `${formatLabels(labels)} ${formatFloat(value)} ${ms}`);
}

withPromtool("what blocks that overlap became is dumped by promtool, sample by sample (skipped where promtool is not on PATH)", () => {
  const parent = tempFolder();
  const parts = [
    { k: 0, offsetMs: 0 },
    { k: 1, offsetMs: 0 },
    { k: 1, offsetMs: 7000 },
  ];
  const ulids = parts.map(({ k, offsetMs }) => {
    const meta = writeBlock(nodeFiles, parent, range2h(FIRST + k), sourceOf(seriesOf(k, offsetMs)));
    if (meta === undefined) throw new Error("the block is empty");
    return meta.ulid;
  });
  const { minTimeMs } = range2h(FIRST);
  const first = openBlock(nodeFiles, `${parent}/${ulids[0]}`);
  deleteFromBlock(nodeFiles, first, minTimeMs, minTimeMs + HOUR_MS, []);
  first.close();
  const cleaned = cleanTombstones(nodeFiles, parent, ulids[0]);
  if (cleaned?.kind !== "written") throw new Error("nothing was cleaned");
  const outcome = compactBlocks(nodeFiles, parent, [cleaned.meta.ulid, ulids[1], ulids[2]]);
  expect(outcome).toMatchObject({ kind: "written", isOverlapping: true });
  for (const ulid of [...ulids, cleaned.meta.ulid]) rmSync(`${parent}/${ulid}`, { recursive: true });
  // It wants a log beside the blocks.
  mkdirSync(`${parent}/wal`);
  const dump = execFileSync("promtool", ["tsdb", "dump", parent], { encoding: "utf8", maxBuffer: 1 << 26, env: peerEnv });
  const series = parts.flatMap(({ k, offsetMs }) => seriesOf(k, offsetMs));
  expect(dump.trimEnd().split("\n")).toEqual(dumpLines(series, (ms) => ms > minTimeMs + HOUR_MS));
});
