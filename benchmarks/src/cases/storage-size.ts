import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { print, type BenchCase } from "../bench.ts";
import { readOptions } from "../options.ts";
import { bothServers, printRatio } from "../programs.ts";
import { simulateTargets } from "../targets/simulated-targets.ts";
import { startServer } from "../started-server.ts";

const defaults = { targets: 5, series: 2000, intervalMs: 200, fillS: 300, blockS: 60 };
const quick = { targets: 2, series: 500, intervalMs: 100, fillS: 25, blockS: 5 };

/** What a sample takes in blocks. The blocks are short, so that there are some soon: a scrape each 200 ms makes a day of samples of minutes. */
export const storageSize: BenchCase = {
  name: "storage-size",
  about:
    "bytes per sample in compacted blocks, ours and Debian's prometheus in turn (--quick --targets= --series= --interval-ms= --fill-s= --block-s=)",
  async run(args) {
    const options = readOptions(defaults, args, quick);
    const { targets: count, series, intervalMs, fillS, blockS } = options;
    print(`${count} targets × ${series} series every ${intervalMs} ms for ${fillS} s, blocks of ${blockS} s and three times that`);
    const figures: number[] = [];
    for (const [name, program] of Object.entries(bothServers())) {
      // Both get the same pages, from the first on.
      const targets = await simulateTargets(count, series);
      try {
        figures.push(await measure(name, program, targets.ports, options));
      } finally {
        targets.close();
      }
    }
    printRatio("bytes per sample", figures);
  },
};

async function measure(
  name: string,
  program: string,
  ports: readonly number[],
  { intervalMs, fillS, blockS }: typeof defaults,
): Promise<number> {
  const dataFolder = mkdtempSync(join(tmpdir(), "ferula-size-"));
  const flags = [`--storage.tsdb.min-block-duration=${blockS}s`, `--storage.tsdb.max-block-duration=${3 * blockS}s`];
  try {
    const server = await startServer(program, ports, intervalMs, { dataFolder, flags });
    await sleep(fillS * 1000);
    await server.close();
    const { blocks, samples, chunkBytes, allBytes } = sizeOfBlocks(dataFolder);
    if (samples === 0) throw new Error(`${program} has written no block`);
    const perSample = allBytes / samples;
    print(
      `  ${name.padEnd(10)} ${perSample.toFixed(3)} bytes per sample, ${(chunkBytes / samples).toFixed(3)} of them chunks (${blocks} blocks, ${samples} samples)`,
    );
    return perSample;
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

interface BlockSizes {
  readonly blocks: number;
  readonly samples: number;
  readonly chunkBytes: number;
  readonly allBytes: number;
}

function sizeOfBlocks(dataFolder: string): BlockSizes {
  let [blocks, samples, chunkBytes, allBytes] = [0, 0, 0, 0];
  for (const name of readdirSync(dataFolder)) {
    if (!/^[0-9A-Z]{26}$/.test(name)) continue;
    const folder = join(dataFolder, name);
    const meta = JSON.parse(readFileSync(join(folder, "meta.json"), "utf8")) as { readonly stats: { readonly numSamples: number } };
    blocks++;
    samples += meta.stats.numSamples;
    chunkBytes += folderBytes(join(folder, "chunks"));
    allBytes += folderBytes(folder);
  }
  return { blocks, samples, chunkBytes, allBytes };
}

function folderBytes(folder: string): number {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
