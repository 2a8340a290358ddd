import { expect, test } from "@jest/globals";
import { flipBit, tearSector, type FaultyFiles } from "@ferula/files";
import { createLogger } from "@ferula/logging";
import { HeadChunkReader } from "../../src/head-chunks/head-chunk-reader.ts";
import { HeadChunkWriter } from "../../src/head-chunks/head-chunk-writer.ts";
import { chunkOf, FOLDER, type FoundChunk, newDisk, scan, writeChunks } from "./support.ts";

const FIRST = `${FOLDER}/000001`;

function put(files: FaultyFiles, path: string, bytes: Uint8Array): void {
  const file = files.open(path, "create");
  file.write(bytes, 0);
  file.close();
}

/** How many of `found` are the first of `written`; fails where one is not. */
function expectPrefix(found: readonly FoundChunk[], written: readonly FoundChunk[]): void {
  expect(found).toEqual(written.slice(0, found.length));
}

test("wherever the last file is cut off, the chunks before that place are there, and the next start finds nothing wrong", async () => {
  const disk = newDisk();
  const written = await writeChunks(disk, 6, 1 << 20);
  const bytes = disk.readFile(FIRST);
  for (let length = 0; length < bytes.length; length++) {
    const files = newDisk();
    put(files, FIRST, bytes.slice(0, length));
    const { found, lastFile } = await scan(files);
    expectPrefix(found, written);
    const whole = written.filter(({ ref }, i) => (written[i + 1]?.ref ?? Infinity) - written[0].ref + 8 <= length && ref > 0).length;
    expect(found).toHaveLength(whole);
    const again = await scan(files);
    expect(again.found).toEqual(found);
    expect(again.corruptions).toBe(0);
    expect(again.lastFile).toBe(lastFile);
  }
});

test("whichever bit is flipped, what is read was written, and nothing behind the damage is read", async () => {
  const disk = newDisk();
  const written = await writeChunks(disk, 3, 1 << 20);
  const bytes = disk.readFile(FIRST);
  const ofSecondFile = { ...chunkOf(9), ref: 2 * 2 ** 32 + 8 };
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const files = newDisk();
    put(files, FIRST, bytes);
    const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 1 });
    writer.write(chunkOf(9));
    await writer.close();
    files.corrupt(FIRST, flipBit(bit));
    const { found, corruptions } = await scan(files);
    expectPrefix(found, [...written, ofSecondFile]);
    // Of the header's three bytes of padding nothing is read.
    expect(corruptions).toBe(bit >= 5 * 8 && bit < 8 * 8 ? 0 : 1);
    expect((await scan(files)).corruptions).toBe(0);
  }
});

test("a single chunk that is damaged is refused with its place, wherever the damage is", async () => {
  const disk = newDisk();
  const [{ ref }] = await writeChunks(disk, 1, 1 << 20);
  const bytes = disk.readFile(FIRST);
  for (let bit = 8 * 8; bit < 8 * bytes.length; bit++) {
    const files = newDisk();
    put(files, FIRST, bytes);
    files.corrupt(FIRST, flipBit(bit));
    const reader = new HeadChunkReader({ files, folder: FOLDER });
    expect(() => reader.read(ref)).toThrow(`cannot read the head chunk at offset 8 of ${FIRST}: `);
  }
  const reader = new HeadChunkReader({ files: disk, folder: FOLDER });
  expect(() => reader.read(2 ** 33)).toThrow("ENOENT");
});

test("zeros behind the last chunk are room that was never used; zeros before a chunk are damage", async () => {
  const files = newDisk();
  const written = await writeChunks(files, 4, 1 << 20);
  const bytes = files.readFile(FIRST);
  put(files, FIRST, Buffer.concat([bytes, new Uint8Array(5 << 20)]));
  expect(await scan(files)).toMatchObject({ chunks: 4, corruptions: 0 });
  put(files, FIRST, Buffer.concat([bytes, new Uint8Array(2 << 20), Uint8Array.of(1)]));
  const { found, corruptions } = await scan(files);
  expect(corruptions).toBe(1);
  expect(found).toEqual(written);
  expect(files.readFile(FIRST)).toEqual(bytes);
});

test.each([
  ["an empty file", new Uint8Array(0)],
  ["half a header", Uint8Array.of(1, 0x30)],
  ["another magic number", Uint8Array.of(1, 2, 3, 4, 1, 0, 0, 0)],
  ["another version", Uint8Array.of(0x01, 0x30, 0xbc, 0x91, 2, 0, 0, 0)],
])("%s behind sound ones is removed", async (_why, bytes) => {
  const files = newDisk();
  await writeChunks(files, 4, 1 << 20);
  put(files, `${FOLDER}/000002`, bytes);
  expect(await scan(files)).toMatchObject({ chunks: 4, lastFile: 1, corruptions: 1 });
  expect(files.readFolder(FOLDER)).toEqual(["000001"]);
});

test("files behind a gap are removed, and files of other names are not looked at", async () => {
  const files = newDisk();
  await writeChunks(files, 40, 2000);
  const names = files.readFolder(FOLDER);
  expect(names.length).toBeGreaterThan(3);
  files.unlink(`${FOLDER}/000003`);
  put(files, `${FOLDER}/notes.txt`, Uint8Array.of(1));
  expect(await scan(files)).toMatchObject({ lastFile: 2, corruptions: 1 });
  expect(files.readFolder(FOLDER)).toEqual(["000001", "000002", "notes.txt"]);
});

test("a file that can't be read counts as damaged, and a repair that fails leaves the start alone", async () => {
  for (let step = 1; ; step++) {
    const files = newDisk();
    const written = await writeChunks(files, 30, 2000);
    files.corrupt(`${FOLDER}/000002`, tearSector(600));
    const lines: string[] = [];
    const logger = createLogger({ level: "error", format: "logfmt", write: (line) => lines.push(line) });
    const before = files.operationCount;
    files.failAt(before + step, { code: "EIO" });
    const result = await scan(files, logger).catch((error: unknown) => (error as Error).message);
    const wasReached = files.operationCount >= before + step;
    files.heal();
    if (typeof result === "string") {
      expect(result).toContain("EIO: readdir");
    } else {
      expectPrefix(result.found, written);
      const again = await scan(files);
      expectPrefix(again.found, written);
      expect(again.lastFile).toBeLessThanOrEqual(result.lastFile);
      if (again.corruptions > 0) expect(lines.join("")).toContain("cannot repair head chunk files");
    }
    if (!wasReached) break;
    expect(step).toBeLessThan(100);
  }
});

test.each([0, 1, 500, 4000])(
  "wherever the power is cut, what is read has no gap (%d bytes of what was not synced survive)",
  async (kept) => {
    for (let count = 1; count < 40; count++) {
      const files = newDisk();
      const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes: 3000 });
      const written = Array.from({ length: count }, (_, i) => ({ ...chunkOf(i), ref: writer.write(chunkOf(i)) }));
      writer.flush();
      files.powerCut(kept);
      expectPrefix((await scan(files)).found, written);
    }
  },
);

test("where a disk wrote sectors in any order, what is read has no gap", async () => {
  for (let pattern = 0; pattern < 64; pattern++) {
    const files = newDisk();
    const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes: 4000 });
    const written = Array.from({ length: 35 }, (_, i) => ({ ...chunkOf(i), ref: writer.write(chunkOf(i)) }));
    writer.flush();
    files.powerCut((sector) => ((pattern >> (sector % 6)) & 1) === 1);
    expectPrefix((await scan(files)).found, written);
  }
});
