import { expect, test } from "@jest/globals";
import { flipBit, type FaultyFiles } from "@ferula/files";
import type { BlockReader } from "../../src/block/open-block.ts";
import { createUlid } from "../../src/block/ulid.ts";
import { cleanTombstones, compactBlocks } from "../../src/compact/compact-blocks.ts";
import { deleteBlocks } from "../../src/compact/delete-blocks.ts";
import { loadBlocks } from "../../src/compact/load-blocks.ts";
import { loadCompacted } from "../../src/compact/load-compacted.ts";
import { tidyBlockFolder } from "../../src/compact/tidy-folder.ts";
import { blockDisk, PARENT } from "../block/support.ts";
import { deleteIn, every10min, range2h, samplesOf, sampleTexts, writeIn } from "./support.ts";

/** Two blocks side by side. */
function twoBlocks(): { readonly files: FaultyFiles; readonly ulids: readonly string[] } {
  const files = blockDisk();
  return { files, ulids: [1, 0].map((k) => writeIn(files, range2h(k), [[{ a: "1" }, every10min(range2h(k))]])).toReversed() };
}

function namesOf(blocks: readonly BlockReader[]): string[] {
  return blocks.map(({ meta }) => meta.ulid);
}

const all = sampleTexts([0, 1].map((k) => [{ a: "1" }, every10min(range2h(k))]));

test("a folder is loaded by time, and loaded again its blocks stay open", () => {
  const { files, ulids } = twoBlocks();
  files.makeFolder(`${PARENT}/wal`);
  files.writeFileAtomic(`${PARENT}/${createUlid(0)}`, new Uint8Array(1));
  const first = loadBlocks(files, PARENT);
  expect(namesOf(first.blocks)).toEqual(ulids);
  expect(first).toMatchObject({ dropped: [], obsolete: [], broken: [] });
  const again = loadBlocks(files, PARENT, { loaded: first.blocks });
  expect(again.blocks).toEqual(first.blocks);
  expect(again.blocks.every((block, i) => block === first.blocks[i])).toBe(true);
  expect(again.dropped).toEqual([]);
});

test("a block whose description changed is opened anew, and the old one is dropped", () => {
  const { files, ulids } = twoBlocks();
  const { blocks } = loadBlocks(files, PARENT);
  deleteIn(files, ulids[0], "1", 0, 0);
  const again = loadBlocks(files, PARENT, { loaded: blocks });
  expect(again.dropped).toEqual([blocks[0]]);
  expect(again.blocks[1]).toBe(blocks[1]);
  expect(samplesOf(again.blocks)).toEqual(all.filter((text) => text !== '{a="1"} 0:0'));
});

test("what became another block is not served beside it and is removed", () => {
  const { files, ulids } = twoBlocks();
  const { blocks } = loadBlocks(files, PARENT);
  const outcome = compactBlocks(files, PARENT, ulids);
  const again = loadBlocks(files, PARENT, { loaded: blocks });
  expect(namesOf(again.blocks)).toEqual([outcome.kind === "written" ? outcome.meta.ulid : ""]);
  expect(again.dropped).toEqual(blocks);
  expect(again.obsolete.map(({ ulid }) => ulid).sort()).toEqual([...ulids].sort());
  expect(samplesOf(again.blocks)).toEqual(all);
  expect(deleteBlocks(files, PARENT, again.obsolete)).toEqual({ deleted: again.obsolete.map(({ ulid }) => ulid), faults: [] });
  expect(files.readFolder(PARENT)).toEqual(namesOf(again.blocks));
});

test("a block that is broken is told and left; the others are served, and it too once it is whole", () => {
  const { files, ulids } = twoBlocks();
  const path = `${PARENT}/${ulids[0]}/index`;
  files.corrupt(path, flipBit(16));
  const { blocks, broken, obsolete } = loadBlocks(files, PARENT);
  expect(namesOf(blocks)).toEqual([ulids[1]]);
  expect(broken).toEqual([{ name: ulids[0], reason: expect.stringContaining(`cannot read ${path} at offset 0`) }]);
  expect(obsolete).toEqual([]);
  files.corrupt(path, flipBit(16));
  expect(loadBlocks(files, PARENT, { loaded: blocks })).toMatchObject({ broken: [], blocks: [{ meta: { ulid: ulids[0] } }, {}] });
});

test.each([
  { file: "meta.json", reason: /cannot read .*meta.json/ },
  { file: "index", reason: /ENOENT/ },
  { file: "chunks", reason: /ENOENT/ },
])("without $file a block is broken", ({ file, reason }) => {
  const { files, ulids } = twoBlocks();
  if (file === "meta.json") files.writeFileAtomic(`${PARENT}/${ulids[0]}/${file}`, new TextEncoder().encode("{"));
  else files.removeFolder(`${PARENT}/${ulids[0]}/${file}`);
  const { blocks, broken } = loadBlocks(files, PARENT);
  expect(namesOf(blocks)).toEqual([ulids[1]]);
  expect(broken).toEqual([{ name: ulids[0], reason: expect.stringMatching(reason) }]);
});

test("a folder with the description of another block is broken: its samples are not served twice", () => {
  const { files, ulids } = twoBlocks();
  const other = createUlid(7);
  files.rename(`${PARENT}/${ulids[0]}`, `${PARENT}/${other}`);
  expect(loadBlocks(files, PARENT).broken).toEqual([
    { name: other, reason: `cannot read ${PARENT}/${other}: its description is that of ${ulids[0]}` },
  ]);
});

test("a block that is open is served on while its description can't be read", () => {
  const { files, ulids } = twoBlocks();
  const { blocks } = loadBlocks(files, PARENT);
  files.corrupt(`${PARENT}/${ulids[0]}/meta.json`, flipBit(0));
  const again = loadBlocks(files, PARENT, { loaded: blocks });
  expect(again.blocks).toEqual(blocks);
  expect(again.broken.map(({ name }) => name)).toEqual([ulids[0]]);
  expect(samplesOf(again.blocks)).toEqual(all);
});

test("a broken block that became a sound one can go; if the new one is broken the old are served", () => {
  const { files, ulids } = twoBlocks();
  const outcome = compactBlocks(files, PARENT, ulids);
  const child = outcome.kind === "written" ? outcome.meta.ulid : "";
  const damage = (ulid: string): void => files.corrupt(`${PARENT}/${ulid}/index`, flipBit(16));
  damage(ulids[0]);
  const replaced = loadBlocks(files, PARENT);
  expect(namesOf(replaced.blocks)).toEqual([child]);
  expect(replaced.broken).toEqual([]);
  expect(replaced.obsolete.map(({ ulid }) => ulid).sort()).toEqual([...ulids].sort());
  damage(ulids[0]);
  damage(child);
  const old = loadBlocks(files, PARENT);
  expect(namesOf(old.blocks)).toEqual(ulids);
  expect(old).toMatchObject({ obsolete: [], broken: [{ name: child }] });
});

test("what expires is asked of what is left, and goes", () => {
  const { files, ulids } = twoBlocks();
  const outcome = compactBlocks(files, PARENT, ulids);
  const child = outcome.kind === "written" ? outcome.meta.ulid : "";
  let asked: string[] = [];
  const { blocks, obsolete } = loadBlocks(files, PARENT, {
    expired(of) {
      asked = namesOf(of);
      return asked;
    },
  });
  expect(asked).toEqual([child]);
  expect(blocks).toEqual([]);
  expect(obsolete.map(({ ulid }) => ulid).sort()).toEqual([child, ...ulids].sort());
  expect(deleteBlocks(files, PARENT, obsolete).faults).toEqual([]);
  expect(files.readFolder(PARENT)).toEqual([]);
});

test("whichever operation fails, a block that could not be removed keeps those that were made of it", () => {
  for (let step = 1; ; step++) {
    const { files, ulids } = twoBlocks();
    deleteIn(files, ulids[0], "1", 0, 0);
    const cleaned = cleanTombstones(files, PARENT, ulids[0]);
    const cleanedName = cleaned?.kind === "written" ? cleaned.meta.ulid : "";
    const outcome = compactBlocks(files, PARENT, [cleanedName, ulids[1]]);
    const child = outcome.kind === "written" ? outcome.meta.ulid : "";
    const { obsolete, blocks } = loadBlocks(files, PARENT);
    expect(namesOf(blocks)).toEqual([child]);
    files.failAt(files.operationCount + step, { code: "EIO" });
    const { deleted, faults } = deleteBlocks(files, PARENT, obsolete);
    files.heal();
    expect(deleted.length + faults.length).toBe(3);
    const left = files.readFolder(PARENT);
    // Without the cleaned one nobody would know that the first is replaced.
    if (left.includes(ulids[0])) expect(left).toContain(cleanedName);
    const again = loadBlocks(files, PARENT);
    expect(samplesOf(again.blocks)).toEqual(all.filter((text) => text !== '{a="1"} 0:0'));
    expect(deleteBlocks(files, PARENT, again.obsolete).faults).toEqual([]);
    tidyBlockFolder(files, PARENT);
    expect(files.readFolder(PARENT)).toEqual([child]);
    if (faults.length === 0) break;
    expect(step).toBeLessThan(100);
  }
});

test("a start removes what was being written or removed, and nothing else", () => {
  const { files, ulids } = twoBlocks();
  const [a, b, c] = [1, 2, 3].map(createUlid);
  const temporary = [`${a}.tmp-for-creation`, `${b}.tmp-for-deletion`, `${c}.tmp`, "chunk_snapshot.000001.0000000000.tmp"];
  const others = [`x.tmp-for-creation`, "wal", `${a}.tmp-for-other`, "checkpoint.tmp"];
  for (const name of [...temporary, ...others]) files.makeFolder(`${PARENT}/${name}/chunks`);
  files.writeFileAtomic(`${PARENT}/${c}.tmp-for-deletion`, new Uint8Array(1));
  expect(tidyBlockFolder(files, PARENT)).toEqual({ removed: [...temporary].sort(), repaired: [], faults: [] });
  expect(files.readFolder(PARENT)).toEqual([...ulids, ...others, `${c}.tmp-for-deletion`].sort());
});

test("a start puts a version right that stands in the wrong place, and tells what it can't read", () => {
  const { files, ulids } = twoBlocks();
  const path = `${PARENT}/${ulids[0]}/meta.json`;
  const text = new TextDecoder().decode(files.readFile(path));
  files.writeFileAtomic(path, new TextEncoder().encode(text.replace('"version": 1', '"version": 2')));
  files.writeFileAtomic(`${PARENT}/${ulids[1]}/meta.json`, new TextEncoder().encode("{"));
  const tidied = tidyBlockFolder(files, PARENT);
  expect(tidied).toEqual({
    removed: [],
    repaired: [ulids[0]],
    faults: [{ name: ulids[1], reason: expect.stringContaining("cannot read") }],
  });
  expect(namesOf(loadBlocks(files, PARENT).blocks)).toEqual([ulids[0]]);
});

test("a temporary folder that can't be removed is told and keeps nobody from starting", () => {
  const { files } = twoBlocks();
  const name = `${createUlid(1)}.tmp-for-deletion`;
  files.makeFolder(`${PARENT}/${name}`);
  let step = 1;
  for (; ; step++) {
    files.failAt(files.operationCount + step, { code: "EIO" });
    let faults: readonly { readonly name: string }[] = [];
    try {
      ({ faults } = tidyBlockFolder(files, PARENT));
    } catch (error) {
      // The listing itself.
      expect(step).toBe(1);
      expect((error as { code?: string }).code).toBe("EIO");
    }
    files.heal();
    if (faults.some((fault) => fault.name === name)) break;
    expect(step).toBeLessThan(10);
    files.makeFolder(`${PARENT}/${name}`);
  }
  expect(tidyBlockFolder(files, PARENT).removed).toEqual([name]);
});

test("a new block that can't be opened is taken back, so that its parents don't become a second one", () => {
  const { files, ulids } = twoBlocks();
  const outcome = compactBlocks(files, PARENT, ulids);
  const child = outcome.kind === "written" ? outcome.meta.ulid : "";
  const whole = loadCompacted(files, PARENT, child);
  expect(namesOf(whole.blocks)).toEqual([child]);
  expect(whole.takenBack).toBeUndefined();
  files.corrupt(`${PARENT}/${child}/index`, flipBit(16));
  const { blocks, broken, takenBack } = loadCompacted(files, PARENT, child);
  expect(namesOf(blocks)).toEqual(ulids);
  expect(broken).toEqual([]);
  expect(takenBack?.message).toContain(`cannot open the block ${child} that was just written: cannot read`);
  expect(files.readFolder(PARENT)).toEqual([...ulids].sort());
});

test("a new block that can be neither opened nor removed is told", () => {
  const { files, ulids } = twoBlocks();
  const outcome = compactBlocks(files, PARENT, ulids);
  const child = outcome.kind === "written" ? outcome.meta.ulid : "";
  files.corrupt(`${PARENT}/${child}/index`, flipBit(16));
  const before = files.operationCount;
  loadBlocks(files, PARENT);
  const loading = files.operationCount - before;
  files.failAt(files.operationCount + loading + 2, { code: "EIO" });
  const { broken, takenBack } = loadCompacted(files, PARENT, child);
  expect(broken.map(({ name }) => name)).toEqual([child]);
  expect(takenBack?.message).toMatch(/; nor could it be removed: EIO/);
});
