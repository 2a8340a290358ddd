import { readFileSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { nodeFiles, type Files } from "@ferula/files";
import { decodeMeta } from "../../src/block/meta.ts";
import { compactBlocks } from "../../src/compact/compact-blocks.ts";
import { blockDisk, PARENT } from "../block/support.ts";

const GOLDEN = `${import.meta.dirname}/golden`;
const FILES = ["chunks/000001", "index", "meta.json", "tombstones"];

function copyBlock(files: Files, from: string, to: string): void {
  files.makeFolder(`${to}/chunks`);
  for (const file of FILES) files.writeFileAtomic(`${to}/${file}`, nodeFiles.readFile(`${from}/${file}`));
}

test.each([
  { name: "overlapping", floatEncoding: "xor", isOverlapping: true },
  { name: "apart", floatEncoding: "xor2", isOverlapping: false },
  { name: "xor2", floatEncoding: "xor2", isOverlapping: true },
] as const)("of the blocks in $name becomes what Prometheus makes of them, byte by byte", ({ name, floatEncoding, isOverlapping }) => {
  const files = blockDisk();
  const ulids = nodeFiles.readFolder(`${GOLDEN}/${name}/parents`);
  for (const ulid of ulids) copyBlock(files, `${GOLDEN}/${name}/parents/${ulid}`, `${PARENT}/${ulid}`);
  const outcome = compactBlocks(files, PARENT, ulids, { floatEncoding });
  if (outcome.kind === "empty") throw new Error("the block is empty");
  expect(outcome.isOverlapping).toBe(isOverlapping);
  const { meta } = outcome;
  const want = `${GOLDEN}/${name}/compacted`;
  for (const file of ["index", "chunks/000001", "tombstones"]) {
    expect({ file, difference: Buffer.compare(files.readFile(`${PARENT}/${meta.ulid}/${file}`), readFileSync(`${want}/${file}`)) }).toEqual(
      {
        file,
        difference: 0,
      },
    );
  }
  expect(meta).toEqual({ ...decodeMeta(readFileSync(`${want}/meta.json`), want), ulid: meta.ulid });
});
