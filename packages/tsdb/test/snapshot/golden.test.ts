import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { createFaultyFiles, type Files } from "@ferula/files";
import { createHistogramColumns, createMatcher, createSampleColumns, formatFloat, formatLabels, type SampleColumns } from "@ferula/model";
import type { Db } from "../../src/index.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { listSnapshots } from "../../src/snapshot/snapshot-folder.ts";
import { openTestDb } from "../support.ts";

const golden = (name: string): Buffer => readFileSync(new URL(`golden/${name}`, import.meta.url));

const SEGMENT_BYTES = 32_768;

/** A disk with the golden snapshot, and the log that it was made behind but for its content. */
function goldenDisk(): Files {
  const files = createFaultyFiles();
  const write = (path: string, bytes: Uint8Array): void => {
    const file = files.open(path, "create");
    file.write(bytes, 0);
    file.truncate(SEGMENT_BYTES);
    file.close();
  };
  const folder = "/data/chunk_snapshot.000000.0000032768";
  files.makeFolder(folder);
  files.makeFolder("/data/wal");
  write(`${folder}/00000000`, golden("snapshot"));
  write("/data/wal/00000000", new Uint8Array(0));
  return files;
}

function bitsAt({ valueBits }: SampleColumns, i: number): string {
  const hex = (word: number): string => word.toString(16).padStart(8, "0");
  return hex(valueBits[2 * i + 1]) + hex(valueBits[2 * i]);
}

function linesOf(db: Db): string[] {
  const lines: string[] = [];
  const querier = db.querier(-Infinity, Infinity);
  const set = querier.select([createMatcher("=~", "__name__", ".+")]);
  const floats = createSampleColumns(16);
  const columns = createHistogramColumns(16);
  for (let i = 0; i < set.seriesCount; i++) {
    const labels = formatLabels(set.labels(i));
    set.read(i, floats);
    for (let k = 0; k < floats.length; k++) lines.push(`${labels} ${floats.timestampsMs[k]} ${bitsAt(floats, k)}`);
    set.readHistograms(i, columns);
    for (let k = 0; k < columns.length; k++) {
      const { count, sum } = columns.histograms[k];
      lines.push(`${labels} ${columns.timestampsMs[k]} ${formatFloat(count)} ${formatFloat(sum)}`);
    }
  }
  querier.close();
  for (const { seriesLabels, exemplars } of db.exemplars(-Infinity, Infinity, [[]])) {
    for (const { timestampMs, value, labels } of exemplars) {
      lines.push(`exemplar ${formatLabels(seriesLabels)} ${timestampMs} ${formatFloat(value)} ${formatLabels(labels)}`);
    }
  }
  return lines.sort();
}

async function recordsOf(files: Files): Promise<string[]> {
  const records: string[] = [];
  await readSnapshot(files, listSnapshots(files, "/data")[0].path, (record) => records.push(Buffer.from(record).toString("hex")));
  return records.sort();
}

test("a snapshot of upstream's is read as upstream reads it, and written again byte for byte", async () => {
  const files = goldenDisk();
  const before = await recordsOf(files);
  const db = await openTestDb(files, { snapshotOnClose: true, exemplarLimit: 100, maintainsItself: false });
  expect(linesOf(db)).toEqual(golden("samples.txt").toString().trimEnd().split("\n").sort());
  await db.close();
  expect(listSnapshots(files, "/data")).toMatchObject([{ segment: 1, offset: 0 }]);
  // If this breaks, the format changed.
  expect(await recordsOf(files)).toEqual(before);
});
