import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PastSeries } from "./past-series.ts";

/** When the samples of blocks are: each `INTERVAL_S` from `OFFSET_S` behind `startS` on, up to `endS`. */
export interface PastRange {
  readonly startS: number;
  readonly endS: number;
}

const INTERVAL_S = 15;

/**
 * No sample stands on the edge of a window: whether that one counts is what changed from version 2 of Prometheus to version 3, and answers
 * are compared.
 */
const OFFSET_S = 7;

/** The length of a block; ranges that begin and end at multiples of it give whole blocks, which neither server compacts further. */
export const BLOCK_HOURS = 6;

const BUFFER_BYTES = 1 << 20;

/** Has `promtool` write blocks of all `series` over `range` to `folder`. */
export function writeBlocks(promtool: string, series: readonly PastSeries[], range: PastRange, folder: string): void {
  const temporary = mkdtempSync(join(tmpdir(), "ferula-past-"));
  try {
    const page = join(temporary, "page.txt");
    writePage(page, series, range);
    execFileSync(promtool, ["tsdb", "create-blocks-from", "openmetrics", `--max-block-duration=${BLOCK_HOURS}h`, "-q", page, folder], {
      stdio: ["ignore", "ignore", "inherit"],
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function writePage(path: string, series: readonly PastSeries[], { startS, endS }: PastRange): void {
  const file = openSync(path, "w");
  let text = "";
  try {
    for (const { name, labels, next } of series) {
      const head = `${name}{${labels}} `;
      for (let timeS = startS; timeS < endS; timeS += INTERVAL_S) {
        text += `${head}${next()} ${timeS + OFFSET_S}\n`;
        if (text.length < BUFFER_BYTES) continue;
        writeSync(file, text);
        text = "";
      }
    }
    writeSync(file, `${text}# EOF\n`);
  } finally {
    closeSync(file);
  }
}
