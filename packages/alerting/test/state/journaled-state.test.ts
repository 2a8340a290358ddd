import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { openJournaledState, type JournaledState } from "../../src/state/journaled-state.ts";
import type { RecordCodec } from "../../src/state/messages.ts";

const text: RecordCodec<string> = {
  encode: (entry) => new TextEncoder().encode(entry),
  decode(bytes) {
    const entry = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (entry.startsWith("bad")) throw new Error("a bad entry");
    return entry;
  },
};

function disk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder("/data");
  files.syncFolder("/");
  return files;
}

const open = (files: FaultyFiles): JournaledState<string> => openJournaledState(files, "/data/log", text);

describe("what is acknowledged is on disk", () => {
  test("after a power cut, with a journal that is new and no snapshot", async () => {
    const files = disk();
    const state = open(files);
    await Promise.all([state.append("a"), state.append("b")]);
    await state.append("c");
    files.powerCut();
    expect(open(files).loaded).toEqual(["a", "b", "c"]);
  });

  test("after a snapshot and what followed it", async () => {
    const files = disk();
    const state = open(files);
    await state.append("a");
    state.snapshot(["a2"]);
    await state.append("b");
    files.powerCut();
    expect(open(files).loaded).toEqual(["a2", "b"]);
  });

  test("a snapshot that comes while a record is on its way has it, too", async () => {
    const files = disk();
    const state = open(files);
    const [first, second] = [state.append("a"), state.append("b")];
    state.snapshot([]);
    await Promise.all([first, second]);
    files.powerCut();
    // The cut may bring back what the journal held before it was emptied: once more what the snapshot has.
    expect(new Set(open(files).loaded)).toEqual(new Set(["a", "b"]));
  });

  test("whichever operation fails or the power cuts, no acknowledged record is lost and none is made up", async () => {
    const scenario = async (files: FaultyFiles): Promise<string[]> => {
      const acknowledged: string[] = [];
      const state = open(files);
      const append = (entry: string): Promise<void> =>
        state.append(entry).then(
          () => void acknowledged.push(entry),
          () => undefined,
        );
      await append("one");
      await Promise.all([append("two"), append("three, which is longer"), append("4")]);
      try {
        state.snapshot(acknowledged);
      } catch {
        // Nothing has changed then.
      }
      const late = [append("five"), append("six")];
      await Promise.all(late);
      await append("seven");
      return acknowledged;
    };
    const count = disk();
    const before = count.operationCount;
    expect(await scenario(count)).toHaveLength(7);
    for (let n = 1; n <= count.operationCount - before; n++) {
      for (const keptBytes of [0, 5, 1000]) {
        const files = disk();
        files.failAt(files.operationCount + n, { code: "EIO", writtenBytes: 3 });
        const acknowledged = await scenario(files).catch(() => []);
        files.heal();
        files.powerCut(keptBytes);
        const { loaded } = open(files);
        expect(loaded).toEqual(expect.arrayContaining(acknowledged));
        for (const entry of loaded) expect(["one", "two", "three, which is longer", "4", "five", "six", "seven"]).toContain(entry);
      }
    }
  });

  test("a disk that is full refuses, keeps what was acknowledged, and takes records again when there is room", async () => {
    const files = disk();
    const state = open(files);
    await state.append("a");
    files.setCapacity(12);
    await expect(state.append("a long record")).rejects.toMatchObject({ code: "ENOSPC" });
    files.heal();
    await state.append("b");
    files.powerCut();
    expect(open(files)).toMatchObject({ loaded: ["a", "b"], tornBytes: 0 });
  });
});

describe("damage", () => {
  const JOURNAL = "/data/log.journal";

  async function journalOf(...entries: string[]): Promise<Uint8Array> {
    const files = disk();
    const state = open(files);
    for (const entry of entries) await state.append(entry);
    state.close();
    return files.readFile(JOURNAL);
  }

  test("a journal that was torn at any byte gives the whole records before it, and goes on after them", async () => {
    const whole = await journalOf("first", "second", "third");
    for (let size = 0; size <= whole.length; size++) {
      const files = disk();
      open(files).close();
      files.corrupt(JOURNAL, () => whole.slice(0, size));
      const state = open(files);
      const wholeRecords = [13, 27, 40].filter((end) => end <= size).length;
      expect(state.loaded).toEqual(["first", "second", "third"].slice(0, wholeRecords));
      expect(state.tornBytes).toBe(size - [0, 13, 27, 40][wholeRecords]);
      await state.append("more");
      files.powerCut();
      expect(open(files).loaded).toEqual([...state.loaded, "more"]);
    }
  });

  test("a flipped bit never crashes: the records before it are there, and no other is made up", async () => {
    const whole = await journalOf("first", "second", "third");
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const files = disk();
      open(files).close();
      files.corrupt(JOURNAL, () => whole.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)));
      const before = [13, 27, 40].filter((end) => end <= bit >> 3).length;
      expect(open(files).loaded).toEqual(["first", "second", "third"].slice(0, before));
    }
  });

  test("any bytes as a journal are read without a crash", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const files = disk();
        open(files).close();
        files.corrupt(JOURNAL, () => bytes);
        expect(open(files).loaded).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ["is cut short", (bytes: Uint8Array) => bytes.slice(0, -1), "cannot read record 2 of the snapshot /data/log"],
    [
      "has a length past its end",
      (bytes: Uint8Array) => Uint8Array.of(0xff, 0x7f, ...bytes),
      "cannot read record 1 of the snapshot /data/log",
    ],
    ["does not decode", () => Uint8Array.of(3, 98, 97, 100), "cannot read record 1 of the snapshot /data/log: a bad entry"],
  ])("a snapshot that %s is refused, not overwritten", (_what, change, message) => {
    const files = disk();
    open(files).snapshot(["one", "two"]);
    files.corrupt("/data/log", change);
    const damaged = files.readFile("/data/log");
    expect(() => open(files)).toThrow(message);
    expect(files.readFile("/data/log")).toEqual(damaged);
  });

  test("a record of the journal that is whole but can't be decoded is refused by name", async () => {
    const files = disk();
    await open(files).append("bad one");
    expect(() => open(files)).toThrow("cannot read record 1 of the journal /data/log.journal: a bad entry");
  });
});

test("the bytes are a varint and the record, and a frame of length, CRC32C and record", async () => {
  const files = disk();
  const state = open(files);
  state.snapshot(["ab"]);
  await state.append("123456789");
  expect([...files.readFile("/data/log")]).toEqual([2, 97, 98]);
  expect(Buffer.from(files.readFile("/data/log.journal")).toString("hex")).toBe("00000009e3069283313233343536373839");
});
