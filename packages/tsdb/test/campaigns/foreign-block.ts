import type { FaultyFiles, Files } from "@ferula/files";
import { createBlocks, type ImportedSample } from "../../src/index.ts";
import { labelsFrom, testDisk } from "../support.ts";
import { type CampaignSample, histogramOf } from "./campaign-sample.ts";
import type { Ledger } from "./ledger.ts";

/** What another program brings: series that the day has as well, at times of their own, and one that it has not. */
function foreignSamples(startMs: number): CampaignSample[] {
  return Array.from({ length: 12 }, (_, i): CampaignSample[] => [
    ["n=1", startMs + i * 5000 + 501, i],
    ["n=foreign", startMs + i * 5000, i * i],
    ["n=integer", startMs + i * 5000 + 501, histogramOf("integer", i)],
  ]).flat();
}

const BLOCKS_FOLDER = "/foreign";

interface ForeignBlock {
  readonly ulid: string;
  /** By the path in the block. */
  readonly contents: ReadonlyMap<string, Uint8Array>;
  readonly samples: readonly CampaignSample[];
}

let made: Promise<ForeignBlock> | undefined;

async function makeBlock(startMs: number): Promise<ForeignBlock> {
  const files = testDisk();
  const samples = foreignSamples(startMs);
  const imported = samples.map(([labels, timestampMs, value]): ImportedSample => ({ labels: labelsFrom(labels), timestampMs, value }));
  const [{ ulid }] = await createBlocks(() => [imported], { files, dir: BLOCKS_FOLDER, blockRangeMs: 60_000 });
  const contents = new Map(
    pathsUnder(files, `${BLOCKS_FOLDER}/${ulid}`, "").map((path) => [path, files.readFile(`${BLOCKS_FOLDER}/${ulid}/${path}`)]),
  );
  return { ulid, contents, samples };
}

function pathsUnder(files: Files, folder: string, prefix: string): string[] {
  return files.readFolder(`${folder}/${prefix}`).flatMap((name) => {
    const path = `${prefix}${name}`;
    return files.stat(`${folder}/${path}`)?.isFolder === true ? pathsUnder(files, folder, `${path}/`) : [path];
  });
}

/** Copies a block that was made elsewhere into the folder `/data`, as an administrator does it: first beside, then by its name. */
export async function copyBlockIn(files: FaultyFiles, ledger: Ledger, startMs: number): Promise<void> {
  const { ulid, contents, samples } = await (made ??= makeBlock(startMs));
  ledger.sent(samples);
  const beside = `${BLOCKS_FOLDER}/${ulid}`;
  try {
    files.makeFolder(`${beside}/chunks`);
    for (const [path, bytes] of contents) files.writeFileAtomic(`${beside}/${path}`, bytes);
    files.syncFolder(beside);
    files.rename(beside, `/data/${ulid}`);
    files.syncFolder("/data");
    ledger.acknowledged(samples);
  } catch {
    // Not copied: the administrator knows.
  }
}
