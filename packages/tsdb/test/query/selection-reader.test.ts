import { flipBit, type FaultyFiles, type Files } from "@ferula/files";
import { createSharedMemory } from "@ferula/kernels";
import { createHistogramColumns, createMatcher, createSampleColumns, labelsOf } from "@ferula/model";
import { expect, test } from "@jest/globals";
import { openBlock, type BlockReader } from "../../src/block/open-block.ts";
import { writeTombstones } from "../../src/block/tombstones.ts";
import { Head } from "../../src/head/head.ts";
import type { DbSelection } from "../../src/query/db-selection.ts";
import type { DbQueries } from "../../src/query/db-queries.ts";
import { createSelectionReader } from "../../src/query/selection-reader.ts";
import { blockDisk, columnsOf, every15s, PARENT, writeTestBlock } from "../block/support.ts";
import { fillHead, openQueries, servedBlocks, textsOf } from "./support.ts";

const ALL = [createMatcher("!=", "__name__", "")];

/** A disk of which it is counted how many files are open. */
function countedDisk(): { readonly files: Files; readonly disk: FaultyFiles; readonly openCount: () => number } {
  const disk = blockDisk();
  let openCount = 0;
  const files: Files = {
    ...disk,
    open(path, mode) {
      const file = disk.open(path, mode);
      openCount++;
      return {
        ...file,
        close() {
          openCount--;
          file.close();
        },
      };
    },
  };
  return { files, disk, openCount: () => openCount };
}

/** A head with one sample, and what a thread of its own reads. */
function head(): Head {
  const made = new Head(createSharedMemory(), { chunkRangeMs: 7_200_000, samplesPerChunk: 120 });
  fillHead(made, labelsOf({ __name__: "in_head" }), { floats: columnsOf([[7_000_000, 1]]), histograms: createHistogramColumns(0) });
  return made;
}

function countOf(reader: { open: (selection: DbSelection) => Parameters<typeof textsOf>[0] }, queries: DbQueries): Record<string, number> {
  const selection = queries.select(0, 7_200_000, ALL);
  try {
    return Object.fromEntries(
      Object.entries(textsOf(reader.open(structuredClone(selection)))).map(([labels, rows]) => [labels, rows.length]),
    );
  } finally {
    queries.release(selection.pin);
  }
}

test("a selection without blocks carries no matchers; one with blocks names them, and pins them until it is released", () => {
  const files = blockDisk();
  const blocks = [openBlock(files, writeTestBlock(files, [[{ __name__: "a" }, every15s(4)]]))];
  const served = servedBlocks(blocks);
  const queries = openQueries(files, head(), served);
  const within = queries.select(0, 100, [createMatcher("=~", "a", "b.*")]);
  expect(within).toMatchObject({ blocks: [{ id: blocks[0].id, dir: blocks[0].dir }], matchers: [{ type: "=~", name: "a", value: "b.*" }] });
  const behind = queries.select(7_200_000, 8_000_000, ALL);
  expect(behind).toMatchObject({ blocks: [], matchers: [] });
  expect(served.pinCount()).toBe(1);
  queries.release(behind.pin);
  queries.release(within.pin);
  expect(served.pinCount()).toBe(0);
});

test("a block is opened once, anew when its tombstones have changed, and let go of when it is removed", () => {
  const { files, disk, openCount } = countedDisk();
  const dir = writeTestBlock(disk, [
    [{ __name__: "a" }, every15s(4)],
    [{ __name__: "b" }, every15s(2)],
  ]);
  const owner = head();
  const blocks: BlockReader[] = [openBlock(disk, dir)];
  const queries = openQueries(disk, owner, servedBlocks(blocks));
  const reader = createSelectionReader({ shared: owner.shared, files, dir: PARENT });
  const all = { '{__name__="a"}': 4, '{__name__="b"}': 2, '{__name__="in_head"}': 1 };
  expect(countOf(reader, queries)).toEqual(all);
  const openedOnce = openCount();
  expect(openedOnce).toBeGreaterThan(0);
  expect(countOf(reader, queries)).toEqual(all);
  expect(openCount()).toBe(openedOnce);

  const [ref] = blocks[0].index.allSeries();
  writeTombstones(disk, dir, new Map([[ref, [{ minTimeMs: 0, maxTimeMs: 15_000 }]]]));
  expect(countOf(reader, queries)).toEqual(all);
  blocks[0] = openBlock(disk, dir);
  expect(countOf(reader, queries)).toEqual({ ...all, '{__name__="a"}': 2 });
  // The one before may still be read.
  expect(openCount()).toBe(2 * openedOnce);
  reader.closeRemoved();
  expect(openCount()).toBe(openedOnce);

  for (const name of [...disk.readFolder(`${dir}/chunks`).map((segment) => `chunks/${segment}`), "index", "meta.json", "tombstones"]) {
    disk.unlink(`${dir}/${name}`);
  }
  disk.removeFolder(`${dir}/chunks`);
  disk.removeFolder(dir);
  blocks.length = 0;
  expect(countOf(reader, queries)).toEqual({ '{__name__="in_head"}': 1 });
  reader.closeRemoved();
  expect(openCount()).toBe(0);
});

test("closing a reader closes its files", () => {
  const { files, disk, openCount } = countedDisk();
  const owner = head();
  const blocks = [1, 2].map((n) => openBlock(disk, writeTestBlock(disk, [[{ __name__: `m${n}` }, every15s(4)]])));
  const queries = openQueries(disk, owner, servedBlocks(blocks));
  const reader = createSelectionReader({ shared: owner.shared, files, dir: PARENT });
  countOf(reader, queries);
  expect(openCount()).toBeGreaterThan(2);
  reader.close();
  expect(openCount()).toBe(0);
});

test.each([
  { what: "an index", name: "index", bit: 8 * 14 },
  { what: "tombstones", name: "tombstones", bit: 8 },
  { what: "a chunk", name: "chunks/000001", bit: 8 * 20 },
])("damage to $what of a block fails the query by its place, and no other query; once it is gone all is there again", ({ name, bit }) => {
  const disk = blockDisk();
  const good = openBlock(disk, writeTestBlock(disk, [[{ __name__: "good" }, every15s(4)]]));
  const dir = writeTestBlock(disk, [[{ __name__: "bad" }, every15s(4)]]);
  const whole = disk.readFile(`${dir}/${name}`);
  disk.corrupt(`${dir}/${name}`, flipBit(bit));
  const owner = head();
  // What the owner has open does not matter: the reader opens the files itself.
  const blocks = [good, { ...good, id: -1, dir }];
  const queries = openQueries(disk, owner, servedBlocks(blocks));
  const reader = createSelectionReader({ shared: owner.shared, files: disk, dir: PARENT });
  expect(() => countOf(reader, queries)).toThrow(`cannot read ${dir}/${name} at offset`);
  blocks.pop();
  expect(countOf(reader, queries)).toEqual({ '{__name__="good"}': 4, '{__name__="in_head"}': 1 });
  blocks.push({ ...good, id: -2, dir });
  disk.corrupt(`${dir}/${name}`, () => whole);
  expect(countOf(reader, queries)).toEqual({ '{__name__="bad"}': 4, '{__name__="good"}': 4, '{__name__="in_head"}': 1 });
});

test("a series of the head alone is answered by its newest sample, one of a block besides by that of both", () => {
  const files = blockDisk();
  const owner = head();
  const block = openBlock(files, writeTestBlock(files, [[{ __name__: "in_head" }, every15s(3)]]));
  const queries = openQueries(files, owner, servedBlocks([block]));
  const reader = createSelectionReader({ shared: owner.shared, files, dir: PARENT });
  const read = (minTimeMs: number, maxTimeMs: number): number[] => {
    const selection = queries.select(minTimeMs, maxTimeMs, ALL, { latestAtMs: maxTimeMs });
    const out = createSampleColumns(1);
    reader.open(selection).read(0, out);
    queries.release(selection.pin);
    return [...out.timestampsMs.subarray(0, out.length)];
  };
  expect(read(0, 7_100_000).at(-1)).toBe(7_000_000);
  expect(read(0, 20_000).at(-1)).toBe(15_000);
});
