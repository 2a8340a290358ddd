import { expect, test } from "@jest/globals";
import { HeadChunkReader } from "../../src/head-chunks/head-chunk-reader.ts";
import { HeadChunkWriter } from "../../src/head-chunks/head-chunk-writer.ts";
import { fileOfRef, headChunkRef, offsetOfRef } from "../../src/head-chunks/format.ts";
import { chunkOf, FOLDER, newDisk, scan, writeChunks } from "./support.ts";

/** Prometheus 3.14 writes the same for it (`ChunkDiskMapper.WriteChunk`). If a byte changes, the format changed. */
test("a file begins with magic and version, and a chunk is its series, times, encoding, length, data and checksum", async () => {
  const files = newDisk();
  const bytes = Uint8Array.of(0, 1, 0xa0, 0x8d, 0x06, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0);
  const chunk = { seriesRef: 5, minTimeMs: 100_000, maxTimeMs: 100_000, encoding: "xor", isOutOfOrder: true, bytes } as const;
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0 });
  expect(writer.write(chunk)).toBe(headChunkRef(1, 8));
  await writer.close();
  expect(Buffer.from(files.readFile(`${FOLDER}/000001`)).toString("hex")).toBe(GOLDEN);
});

const GOLDEN = "0130bc9101000000000000000000000500000000000186a000000000000186a0810d0001a08d063ff000000000000034b383ab";

test("chunks read back, over several files, by scan and one by one", async () => {
  const files = newDisk();
  const written = await writeChunks(files, 100, 5000);
  expect(files.readFolder(FOLDER).length).toBeGreaterThan(3);
  const { found, chunks, lastFile, corruptions } = await scan(files);
  expect(found).toEqual(written);
  expect({ chunks, lastFile, corruptions }).toEqual({ chunks: 100, lastFile: files.readFolder(FOLDER).length, corruptions: 0 });
  const reader = new HeadChunkReader({ files, folder: FOLDER });
  for (const { ref, ...chunk } of written.toReversed()) expect(reader.read(ref)).toEqual(chunk);
  reader.close();
});

test("a chunk that is larger than what is read or buffered at once is kept too", async () => {
  const files = newDisk();
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0 });
  const large = { ...chunkOf(0), bytes: new Uint8Array(3 << 20).fill(7) };
  const refs = [chunkOf(1), large, chunkOf(2)].map((chunk) => writer.write(chunk));
  writer.flush();
  const reader = new HeadChunkReader({ files, folder: FOLDER });
  expect(Buffer.compare(reader.read(refs[1]).bytes, large.bytes)).toBe(0);
  expect(reader.read(refs[2])).toEqual(chunkOf(2));
  expect((await scan(files)).found.map(({ ref }) => ref)).toEqual(refs);
  await writer.close();
});

test("what is not written yet is found in the writer, what is written in the files", async () => {
  const files = newDisk();
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0 });
  const first = writer.write(chunkOf(1));
  const second = writer.write(chunkOf(2));
  expect([writer.unwritten(first), writer.unwritten(second)]).toEqual([chunkOf(1), chunkOf(2)]);
  const reader = new HeadChunkReader({ files, folder: FOLDER });
  expect(() => reader.read(second)).toThrow(`cannot read the head chunk at offset ${offsetOfRef(second)} of ${FOLDER}/000001: `);
  writer.flush();
  expect(writer.unwritten(first)).toBeUndefined();
  expect(reader.read(second)).toEqual(chunkOf(2));
  expect(writer.write(chunkOf(3))).toBeGreaterThan(second);
  await writer.close();
  expect(() => writer.write(chunkOf(4))).toThrow("cannot write a head chunk: the files are closed");
});

test("files before a number are removed, but never the one that is written to; a file that is cut gets no further chunk", async () => {
  const files = newDisk();
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes: 2000 });
  const refs = Array.from({ length: 50 }, (_, i) => writer.write(chunkOf(i)));
  const last = fileOfRef(refs[49]);
  expect(last).toBeGreaterThan(3);
  writer.cutFile();
  writer.truncateBefore(3);
  expect(files.readFolder(FOLDER)[0]).toBe("000003");
  expect(fileOfRef(writer.write(chunkOf(50)))).toBe(last + 1);
  writer.truncateBefore(1000);
  expect(files.readFolder(FOLDER)).toEqual([`00000${last + 1}`]);
  await writer.close();
  expect((await scan(files)).found).toMatchObject([chunkOf(50)]);
});

test("a new writer begins a file behind those that are there", async () => {
  const files = newDisk();
  await writeChunks(files, 3, 1 << 20);
  const { lastFile } = await scan(files);
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile });
  expect(writer.write(chunkOf(3))).toBe(headChunkRef(2, 8));
  await writer.close();
  expect((await scan(files)).found).toHaveLength(4);
});

test("on a full disk a chunk is refused, those before it can be read, and with room again all are kept", async () => {
  const files = newDisk();
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes: 3000 });
  files.setCapacity(5000);
  const kept = new Map<number, number>();
  let refused = 0;
  for (let i = 0; i < 90; i++) {
    if (i === 60) files.heal();
    try {
      kept.set(i, writer.write(chunkOf(i)));
    } catch (error) {
      refused++;
      expect((error as Error).message).toMatch(/^cannot write a head chunk to \/data\/chunks_head\/00000\d: ENOSPC/);
    }
  }
  expect(refused).toBeGreaterThan(10);
  await writer.close();
  const { found, corruptions } = await scan(files);
  expect(found.map(({ ref, seriesRef }) => [seriesRef - 1, ref])).toEqual([...kept]);
  expect(corruptions).toBe(0);
});

test("whichever operation fails, references that were handed out stay good", async () => {
  for (let step = 1; ; step++) {
    const files = newDisk();
    const before = files.operationCount;
    files.failAt(before + step, { code: "EIO", writtenBytes: 11 });
    const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes: 2000 });
    const reader = new HeadChunkReader({ files, folder: FOLDER });
    const kept = new Map<number, number>();
    for (let i = 0; i < 25; i++) {
      try {
        kept.set(i, writer.write(chunkOf(i)));
      } catch (error) {
        expect((error as Error).message).toContain("EIO");
      }
    }
    const wasReached = files.operationCount >= before + step;
    files.heal();
    for (const [i, ref] of kept) expect(writer.unwritten(ref) ?? reader.read(ref)).toEqual(chunkOf(i));
    await writer.close();
    expect((await scan(files)).found.map(({ ref }) => ref)).toEqual([...kept.values()]);
    expect(kept.size).toBeGreaterThanOrEqual(24);
    if (!wasReached) break;
    expect(step).toBeLessThan(100);
  }
});

test("a file is synced behind its writes; where that fails, the end of the file tells, as a second sync would not", async () => {
  const files = newDisk();
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes: 4000, syncBytes: 500 });
  const written = [writer.write(chunkOf(0))];
  writer.flush();
  writer.syncBehind();
  expect(files.operationCount).toBeGreaterThan(0);
  for (let i = 1; i < 10; i++) written.push(writer.write(chunkOf(i)));
  writer.flush();
  files.failAt(files.operationCount + 1, { code: "EIO" });
  writer.syncBehind();
  await new Promise((resolve) => setImmediate(resolve));
  let refused = 0;
  for (let i = 10; i < 60; i++) {
    try {
      written.push(writer.write(chunkOf(i)));
    } catch (error) {
      refused++;
      expect((error as Error).message).toContain("EIO: fsync");
    }
  }
  expect(refused).toBe(1);
  await writer.close();
  expect((await scan(files)).found.map(({ ref }) => ref)).toEqual(written);
});

test("a file that ends while it is synced is closed behind that", async () => {
  const files = newDisk();
  const writer = new HeadChunkWriter({ files, folder: FOLDER, lastFile: 0, mostFileBytes: 1000, syncBytes: 1 });
  for (let i = 0; i < 40; i++) {
    writer.write(chunkOf(i));
    writer.flush();
    writer.syncBehind();
    if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.close();
  expect((await scan(files)).chunks).toBe(40);
});
