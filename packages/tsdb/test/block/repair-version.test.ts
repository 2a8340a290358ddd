import { expect, test } from "@jest/globals";
import type { FaultyFiles } from "@ferula/files";
import { openBlock } from "../../src/block/open-block.ts";
import { repairBadVersion } from "../../src/block/repair-version.ts";
import { blockDisk, every15s, readAll, writeTestBlock } from "./support.ts";

/** A block as Prometheus 2.1 wrote it: version 2 in its description, 1 in its index, which is of version 2. */
function brokenBlock(): { files: FaultyFiles; dir: string } {
  const files = blockDisk();
  const dir = writeTestBlock(files, [[{ a: "1" }, every15s(5)]]);
  const { crc32c: _, ...meta } = JSON.parse(new TextDecoder().decode(files.readFile(`${dir}/meta.json`))) as Record<string, unknown>;
  files.writeFileAtomic(`${dir}/meta.json`, new TextEncoder().encode(JSON.stringify({ ...meta, version: 2 })));
  files.corrupt(`${dir}/index`, (content) => content.fill(1, 4, 5));
  return { files, dir };
}

const want = [['{a="1"}', "0:0 15000:1 30000:2 45000:3 60000:4"]];

test("a block of Prometheus 2.1 is refused, put right, and read", () => {
  const { files, dir } = brokenBlock();
  expect(() => openBlock(files, dir)).toThrow("its version is 2, not 1");
  expect(repairBadVersion(files, dir)).toBe(true);
  expect(readAll(openBlock(files, dir))).toEqual(want);
  expect(repairBadVersion(files, dir)).toBe(false);
});

test("whichever operation fails, the next try puts it right", () => {
  for (let step = 1; ; step++) {
    const { files, dir } = brokenBlock();
    files.failAt(files.operationCount + step, { code: "EIO" });
    let isFailed = false;
    try {
      repairBadVersion(files, dir);
    } catch {
      isFailed = true;
    }
    files.heal();
    repairBadVersion(files, dir);
    expect(readAll(openBlock(files, dir))).toEqual(want);
    if (!isFailed) break;
    expect(step).toBeLessThan(50);
  }
});

test("a description that is no JSON is told by its file", () => {
  const { files, dir } = brokenBlock();
  files.corrupt(`${dir}/meta.json`, (content) => content.subarray(0, 10));
  expect(() => repairBadVersion(files, dir)).toThrow(`cannot read ${dir}/meta.json: `);
});
