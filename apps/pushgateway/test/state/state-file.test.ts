import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createFaultyFiles, hasErrorCode, type FaultyFiles } from "@ferula/files";
import { decodeSnapshot, encodeSnapshot } from "../../src/state/snapshot.ts";
import { openStateFile, type StateFile } from "../../src/state/state-file.ts";
import { applyChange } from "../../src/store/apply-change.ts";
import type { Change } from "../../src/store/changes.ts";
import type { Group, Groups } from "../../src/store/group.ts";
import { families } from "../samples.ts";

const PATH = "/data/groups";

function disk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder("/data");
  files.syncFolder("/");
  return files;
}

const push = (job: string, text: string, timeMs = 1, isReplacing = false): Change => ({
  kind: "push",
  labels: ["job", job],
  isReplacing,
  families: families(text),
  timeMs,
});
const refusal = (job: string, timeMs = 1): Change => ({ kind: "refusal", labels: ["job", job], timeMs });
const deletion = (job: string): Change => ({ kind: "delete", labels: ["job", job] });

const ALL_TYPES =
  'n NaN\n# HELP c C\\n\n# TYPE c counter\nc{x="\\"é"} 1e300\n# TYPE s summary\ns{quantile="0.5"} -0\ns_sum 1\ns_count 2\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 3\nh_count 2\n';
const CHANGES: readonly Change[] = [
  push("a", ALL_TYPES, 1.5),
  push("b", "x 1\n"),
  refusal("b", 7),
  deletion("a"),
  push("a", "y 2\n", 9, true),
  push("a", "", 10),
];

function groupsAfter(changes: readonly Change[]): Groups {
  const groups = new Map<string, Group>();
  for (const change of changes) applyChange(groups, change);
  return groups;
}

async function appendAll(state: StateFile, changes: readonly Change[]): Promise<void> {
  for (const change of changes) await state.append(change);
}

describe("what was acknowledged is there after the power was cut", () => {
  test("from the journal alone", async () => {
    const files = disk();
    await appendAll(openStateFile(files, PATH), CHANGES);
    files.powerCut();
    expect(openStateFile(files, PATH).loaded).toEqual(groupsAfter(CHANGES));
  });

  test("from a snapshot and the journal behind it", async () => {
    const files = disk();
    const state = openStateFile(files, PATH);
    await appendAll(state, CHANGES.slice(0, 3));
    await state.compact(groupsAfter(CHANGES.slice(0, 3)));
    expect(state.needsCompaction()).toBe(false);
    await appendAll(state, CHANGES.slice(3));
    files.powerCut();
    expect(openStateFile(files, PATH).loaded).toEqual(groupsAfter(CHANGES));
  });

  test("whatever operation of a compaction fails, and whether or not it is tried again", async () => {
    const before = CHANGES.slice(0, 4);
    const counting = disk();
    const counted = openStateFile(counting, PATH);
    await appendAll(counted, before);
    const first = counting.operationCount + 1;
    await counted.compact(groupsAfter(before));
    const last = counting.operationCount;
    expect(last).toBeGreaterThan(first + 5);
    for (let n = first; n <= last; n++) {
      for (const isRetried of [false, true]) {
        const files = disk();
        const state = openStateFile(files, PATH);
        await appendAll(state, before);
        files.failAt(n, { code: "EIO" });
        await state.compact(groupsAfter(before)).catch((error: unknown) => expect(hasErrorCode(error, "EIO")).toBe(true));
        if (isRetried && state.needsCompaction()) await state.compact(groupsAfter(before));
        const acknowledged = [...before];
        for (const change of CHANGES.slice(4)) {
          try {
            await state.append(change);
            acknowledged.push(change);
          } catch {
            // Refused changes are not acknowledged.
          }
        }
        files.powerCut();
        expect({ n, isRetried, groups: openStateFile(files, PATH).loaded }).toEqual({ n, isRetried, groups: groupsAfter(acknowledged) });
      }
    }
  });

  test("a change that waits for the disk while a compaction swaps the journals", async () => {
    const files = disk();
    const state = openStateFile(files, PATH);
    const waiting = CHANGES.slice(0, 3).map((change) => state.append(change));
    const compaction = state.compact(groupsAfter(CHANGES.slice(0, 3)));
    const later = CHANGES.slice(3).map((change) => state.append(change));
    await Promise.all([...waiting, ...later]);
    files.powerCut();
    await compaction.catch(() => undefined);
    expect(openStateFile(files, PATH).loaded).toEqual(groupsAfter(CHANGES));
  });
});

describe("a torn journal", () => {
  test("loses its end alone, at whichever byte it was torn, and goes on from there", async () => {
    const whole = disk();
    await appendAll(openStateFile(whole, PATH), CHANGES);
    const bytes = whole.readFile(`${PATH}.journal`);
    for (let length = 0; length < bytes.length; length++) {
      const files = disk();
      files.writeFileAtomic(`${PATH}.journal`, bytes.subarray(0, length));
      const state = openStateFile(files, PATH);
      const kept = CHANGES.findIndex(
        (_, i) => JSON.stringify([...state.loaded.keys()].sort()) === JSON.stringify([...groupsAfter(CHANGES.slice(0, i)).keys()].sort()),
      );
      expect(kept).toBeGreaterThanOrEqual(0);
      await state.append(push("after", "z 1\n"));
      state.close();
      expect([...openStateFile(files, PATH).loaded.keys()]).toContain('["job","after"]');
    }
  });

  test("is told", async () => {
    const files = disk();
    const state = openStateFile(files, PATH);
    await appendAll(state, CHANGES);
    state.close();
    files.corrupt(`${PATH}.journal`, (bytes) => bytes.subarray(0, bytes.length - 3));
    expect(openStateFile(files, PATH).tornBytes).toBeGreaterThan(0);
    expect(openStateFile(files, PATH).tornBytes).toBe(0);
  });
});

describe("a disk that is full", () => {
  test("refuses the change, keeps what was taken, and takes changes again when there is room", async () => {
    const files = disk();
    const state = openStateFile(files, PATH);
    await state.append(CHANGES[0]);
    files.failWritesTo("journal", { code: "ENOSPC", writtenBytes: 5 });
    expect(() => state.append(CHANGES[1])).toThrow("cannot write to /data/groups.journal");
    files.heal();
    await state.append(CHANGES[1]);
    files.powerCut();
    expect(openStateFile(files, PATH).loaded).toEqual(groupsAfter(CHANGES.slice(0, 2)));
  });

  test("that could not be synced refuses changes until a snapshot mends it", async () => {
    const files = disk();
    const state = openStateFile(files, PATH);
    await state.append(CHANGES[0]);
    // The write and then the sync.
    files.failAt(files.operationCount + 2, { code: "EIO" });
    await expect(state.append(CHANGES[1])).rejects.toMatchObject({ code: "EIO" });
    expect(() => state.append(CHANGES[2])).toThrow("cannot write");
    expect(state.isUrgent()).toBe(true);
    await state.compact(groupsAfter(CHANGES.slice(0, 2)));
    expect(state.isUrgent()).toBe(false);
    await state.append(CHANGES[2]);
    files.powerCut();
    expect(openStateFile(files, PATH).loaded).toEqual(groupsAfter(CHANGES.slice(0, 3)));
  });
});

describe("a file that is not ours", () => {
  test.each<[why: string, path: string, content: string, reason: string]>([
    ["upstream's", PATH, "\x0e\xff\x81\x04\x01\x02\xff\x82\x00\x01\x0c\x01\x0c\x00\x00\x7f\xff", "it was not written by this gateway"],
    ["a foreign journal", `${PATH}.journal`, "something else", "it is not a journal of this gateway"],
    ["a damaged snapshot", PATH, "FERULAPG\x01\x00\x00", "the file is damaged at byte 9"],
  ])("%s is refused, and left as it is", (_why, path, content, reason) => {
    const files = disk();
    const bytes = Uint8Array.from(Buffer.from(content, "latin1"));
    files.writeFileAtomic(path, bytes);
    expect(() => openStateFile(files, PATH)).toThrow(reason);
    expect(Buffer.from(files.readFile(path)).equals(bytes)).toBe(true);
  });

  test("an empty one is as none", () => {
    const files = disk();
    files.writeFileAtomic(PATH, new Uint8Array());
    expect(openStateFile(files, PATH).loaded.size).toBe(0);
  });
});

test("any snapshot with a byte changed or cut is refused, never misread", () => {
  const bytes = encodeSnapshot(groupsAfter(CHANGES), 6);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), fc.boolean(), (at, change, isCut) => {
      const damaged = isCut ? bytes.slice(0, at) : Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ change : byte));
      if (damaged.length > 0) expect(() => decodeSnapshot(damaged, PATH)).toThrow(PATH);
    }),
    { numRuns: 300 },
  );
});
