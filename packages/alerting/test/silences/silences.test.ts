import { describe, expect, test } from "@jest/globals";
import { createFaultyFiles, type FaultyFiles } from "@ferula/files";
import { labelsOf } from "@ferula/model";
import { parseMatchers } from "../../src/matchers/parse-matchers.ts";
import { compareSilences, silenceState, type Silence } from "../../src/silences/silence.ts";
import { openSilences, type SilenceDraft, type Silences, type SilencesOptions } from "../../src/silences/silences.ts";

const HOUR = 3_600_000;
const START = 1_767_225_600_000;

interface Harness {
  readonly files: FaultyFiles;
  readonly silences: Silences;
  now: number;
}

function open(options: Partial<SilencesOptions> = {}, files = emptyDisk()): Harness {
  const harness: { now: number } = { now: START };
  const silences = openSilences({
    files,
    path: "/data/silences",
    retentionMs: 120 * HOUR,
    nowMs: () => harness.now,
    maxSilences: 0,
    ...options,
  });
  return Object.assign(harness, { files, silences });
}

function emptyDisk(): FaultyFiles {
  const files = createFaultyFiles();
  files.makeFolder("/data");
  files.syncFolder("/");
  return files;
}

const draft = (change: Partial<SilenceDraft> = {}): SilenceDraft => ({
  matchers: parseMatchers('a="b"'),
  startsAtMs: START,
  endsAtMs: START + HOUR,
  createdBy: "me",
  comment: "why",
  annotations: new Map(),
  ...change,
});

describe("making one", () => {
  test("gives it an id and a time, and lets it begin no earlier than now", async () => {
    const { silences } = open();
    const id = await silences.set(draft({ startsAtMs: START - HOUR }));
    expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    expect(silences.get(id)).toMatchObject({
      id,
      startsAtMs: START,
      endsAtMs: START + HOUR,
      updatedAtMs: START,
      createdBy: "me",
      comment: "why",
    });
  });

  test("that begins later keeps its start", async () => {
    const { silences } = open();
    const id = await silences.set(draft({ startsAtMs: START + 5, id: "" }));
    expect(silences.get(id)?.startsAtMs).toBe(START + 5);
  });

  test.each(['a!="x"', 'a!~"x"', 'a!=""', 'a=~".*",b!="x"'])("may exclude values only: %s", async (matchers) => {
    const { silences } = open();
    const id = await silences.set(draft({ matchers: parseMatchers(matchers) }));
    expect(silences.get(id)).toBeDefined();
  });

  test.each<[string, Partial<SilenceDraft>, string, string]>([
    ["no matcher", { matchers: [] }, "invalid", "invalid silence: matcher set 0 is empty"],
    [
      "all matchers match nothing",
      { matchers: parseMatchers('a=~".*",b=""') },
      "invalid",
      "at least one matcher must not match the empty string",
    ],
    ["it ends before it begins", { startsAtMs: START + 2 * HOUR }, "invalid", "end time must not be before start time"],
    ["it has ended", { startsAtMs: START - 2, endsAtMs: START - 1 }, "invalid", "end time can't be in the past"],
    ["an id that isn't there", { id: "5b7d2f5e-0000-4000-8000-000000000000" }, "not-found", "silence not found"],
  ])("is refused when %s", async (_why, change, kind, message) => {
    const { silences } = open();
    await expect(silences.set(draft(change))).rejects.toMatchObject({
      name: "SilenceError",
      kind,
      message: expect.stringContaining(message),
    });
    expect(silences.all()).toEqual([]);
  });
});

describe("changing one", () => {
  const MINUTE = 60_000;
  const table: [string, Partial<SilenceDraft>, number, Partial<SilenceDraft>, boolean][] = [
    ["an active one's end and comment", {}, MINUTE, { endsAtMs: START + 9 * HOUR, comment: "new" }, true],
    ["an active one's start within its second", {}, MINUTE, { startsAtMs: START + 999 }, true],
    ["an active one's start", {}, MINUTE, { startsAtMs: START + 1000 }, false],
    ["an active one's matchers", {}, MINUTE, { matchers: parseMatchers('a="c"') }, false],
    ["the matchers' order", { matchers: parseMatchers("a=1,b=2") }, MINUTE, { matchers: parseMatchers("b=2,a=1") }, true],
    ["a pending one's start", { startsAtMs: START + HOUR / 2 }, MINUTE, { startsAtMs: START + HOUR / 4 }, true],
    ["a pending one's start to before now", { startsAtMs: START + HOUR / 2 }, MINUTE, { startsAtMs: START }, false],
    ["an expired one", {}, 2 * HOUR, { endsAtMs: START + 5 * HOUR }, false],
  ];
  test.each(table)("%s", async (_what, first, laterMs, change, staysTheSame) => {
    const harness = open();
    const { silences } = harness;
    const id = await silences.set(draft(first));
    const before = silences.get(id) as Silence;
    harness.now += laterMs;
    const newId = await silences.set(draft({ ...first, ...change, id }));
    expect(newId === id).toBe(staysTheSame);
    expect(silences.get(newId)).toMatchObject({
      ...change,
      updatedAtMs: harness.now,
      startsAtMs: staysTheSame ? (change.startsAtMs ?? before.startsAtMs) : Math.max(harness.now, change.startsAtMs ?? before.startsAtMs),
    });
    expect(silences.all()).toHaveLength(staysTheSame ? 1 : 2);
    if (!staysTheSame) expect(silenceState(silences.get(id) as Silence, harness.now)).toBe("expired");
  });
});

describe("ending one", () => {
  test.each([
    ["an active one ends now", 0, { startsAtMs: START, endsAtMs: START + 500 }],
    ["a pending one never begins", 1000, { startsAtMs: START + 500, endsAtMs: START + 500 }],
  ])("%s, at once", async (_what, startsInMs, want) => {
    const harness = open();
    const id = await harness.silences.set(draft({ startsAtMs: START + startsInMs }));
    harness.now += 500;
    await harness.silences.expire(id);
    expect(harness.silences.get(id)).toMatchObject(want);
    expect(silenceState(harness.silences.get(id) as Silence, harness.now)).toBe("expired");
    expect(harness.silences.silencedBy(labelsOf({ a: "b" }))).toEqual([]);
  });

  test("twice is once, and one that isn't there is told", async () => {
    const harness = open();
    const id = await harness.silences.set(draft());
    await harness.silences.expire(id);
    const before = harness.silences.get(id);
    harness.now += 1000;
    await harness.silences.expire(id);
    expect(harness.silences.get(id)).toBe(before);
    await expect(harness.silences.expire("x")).rejects.toMatchObject({ kind: "not-found" });
  });
});

describe("limits", () => {
  test("expired ones count, changes in place don't, and a refused replacement leaves the old one alone", async () => {
    const harness = open({ maxSilences: 2 });
    const { silences } = harness;
    const first = await silences.set(draft());
    await silences.expire(await silences.set(draft()));
    await expect(silences.set(draft())).rejects.toMatchObject({
      kind: "invalid",
      message: "exceeded maximum number of silences: 2 (limit: 2)",
    });
    expect(await silences.set(draft({ id: first, endsAtMs: START + 2 * HOUR }))).toBe(first);
    await expect(silences.set(draft({ id: first, matchers: parseMatchers("x=y") }))).rejects.toMatchObject({ kind: "invalid" });
    expect(silenceState(silences.get(first) as Silence, harness.now)).toBe("active");
  });

  test("many at once don't pass the limit", async () => {
    const { silences } = open({ maxSilences: 3 });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => silences.set(draft())));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    expect(silences.all()).toHaveLength(3);
  });

  test("size in bytes counts at every write", async () => {
    const { silences } = open({ maxSilenceBytes: 200 });
    const id = await silences.set(draft());
    const message = expect.stringMatching(/^silence exceeded maximum size: \d+ bytes \(limit: 200 bytes\)$/);
    await expect(silences.set(draft({ id, comment: "x".repeat(200) }))).rejects.toMatchObject({ message });
    await expect(silences.set(draft({ comment: "x".repeat(200) }))).rejects.toMatchObject({ message });
  });
});

test("the ids that silence an alert, in order", async () => {
  const harness = open();
  const { silences } = harness;
  const ids = await Promise.all(
    ['a="b"', 'a=~"b|c",x=""', 'a!~"b|"', 'a="b",y="z"'].map((text) => silences.set(draft({ matchers: parseMatchers(text) }))),
  );
  await silences.set(draft({ startsAtMs: START + 1 }));
  expect(silences.silencedBy(labelsOf({ a: "b" }))).toEqual([ids[0], ids[1]].toSorted());
  expect(silences.silencedBy(labelsOf({ a: "b", x: "1" }))).toEqual([ids[0]]);
  harness.now += HOUR;
  expect(silences.silencedBy(labelsOf({ a: "b" }))).toEqual([]);
});

test("maintenance forgets what ended longer ago than the retention", async () => {
  const harness = open({ retentionMs: HOUR });
  await harness.silences.set(draft());
  await harness.silences.set(draft({ endsAtMs: START + 5 * HOUR }));
  harness.now += 2 * HOUR - 1;
  harness.silences.maintain();
  expect(harness.silences.all()).toHaveLength(2);
  harness.now += 1;
  harness.silences.maintain();
  expect(harness.silences.all()).toHaveLength(1);
  expect(open({}, harness.files).silences.all()).toHaveLength(1);
});

describe("on disk", () => {
  test("everything survives a power cut, before and after a snapshot", async () => {
    const { files, silences } = open();
    const annotations = new Map([
      ["__proto__", "x"],
      ["constructor", "y"],
      ["é", ""],
    ]);
    const matchers = parseMatchers('"e é"="1",b!="2",c=~"3.*",d!~"4"');
    const id = await silences.set(draft({ matchers, annotations, comment: "multi\nline 🙂" }));
    const before = comparable(silences.get(id));
    for (const withSnapshot of [false, true]) {
      if (withSnapshot) open({}, files).silences.maintain();
      files.powerCut();
      const again = open({}, files).silences;
      expect(comparable(again.get(id))).toEqual(before);
      again.maintain();
    }
  });

  test("the newest state counts, whatever the journal still holds", async () => {
    const harness = open();
    const id = await harness.silences.set(draft());
    const oldJournal = harness.files.readFile("/data/silences.journal");
    harness.now += 1000;
    await harness.silences.expire(id);
    harness.silences.maintain();
    harness.files.corrupt("/data/silences.journal", () => oldJournal);
    const again = open({}, harness.files);
    expect(silenceState(again.silences.get(id) as Silence, harness.now)).toBe("expired");
  });

  test("a write that fails is not in force", async () => {
    const { files, silences } = open();
    const id = await silences.set(draft());
    files.failWritesTo("journal", { code: "ENOSPC" });
    await expect(silences.set(draft())).rejects.toMatchObject({ code: "ENOSPC" });
    await expect(silences.expire(id)).rejects.toMatchObject({ code: "ENOSPC" });
    expect(silences.all()).toHaveLength(1);
    expect(silences.silencedBy(labelsOf({ a: "b" }))).toEqual([id]);
  });

  // Written by Debian's Alertmanager 0.25.
  const FROM_0_25 =
    "dApqCiQxYWM3MjdkYS1lYzY3LTQ0ODMtYTUyYS00MjdhYjM0YWVhY2QSCggDEgFhGgNiLioSBhIBYxoBZBoMCKLyhNgGEPWl09YBIgYI8v6F2AYqDAii8oTYBhD1pdPWAUIFbWUgw6lKA3doeRIGCPKtoNgG";

  function withSnapshot(bytes: Uint8Array): Harness {
    const files = emptyDisk();
    files.writeFileAtomic("/data/silences", bytes);
    return open({}, files);
  }

  test("a snapshot of upstream's is read", () => {
    const [silence] = withSnapshot(Buffer.from(FROM_0_25, "base64")).silences.all();
    expect(comparable(silence)).toEqual({
      id: "1ac727da-ec67-4483-a52a-427ab34aeacd",
      matchers: ["a!~b.*", "c=d"],
      startsAtMs: Date.parse("2026-11-21T06:24:34.450Z"),
      endsAtMs: Date.parse("2026-11-21T11:24:34.000Z"),
      updatedAtMs: Date.parse("2026-11-21T06:24:34.450Z"),
      createdBy: "me é",
      comment: "why",
      annotations: [],
    });
  });

  test("further matcher sets silence as well, and stay when the file is written again", () => {
    const set = (name: string): number[] => [0x5a, 0x0a, 0x0a, 0x08, 0x08, 0x00, 0x12, 0x01, name.charCodeAt(0), 0x1a, 0x01, 0x78];
    const silence = [
      0x0a,
      0x01,
      0x31,
      ...set("a"),
      ...set("b"),
      0x1a,
      0x02,
      0x08,
      0x01,
      0x22,
      0x06,
      0x08,
      0xff,
      0xff,
      0xff,
      0xff,
      0x0f,
      0x2a,
      0x02,
      0x08,
      0x01,
    ];
    const record = [0x0a, silence.length, ...silence];
    const { silences, files } = withSnapshot(Uint8Array.from([record.length, ...record]));
    expect(silences.silencedBy(labelsOf({ a: "x" }))).toEqual(["1"]);
    silences.maintain();
    const again = open({}, files).silences;
    expect([{ b: "x" }, { c: "x" }].map((labels) => again.silencedBy(labelsOf(labels)))).toEqual([["1"], []]);
  });

  test("a flipped bit in a snapshot is refused or read as another silence, and never crashes", () => {
    const bytes = Buffer.from(FROM_0_25, "base64");
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const flipped = bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
      try {
        withSnapshot(flipped).silences.silencedBy(labelsOf({ a: "b" }));
      } catch (error) {
        expect((error as Error).message).toContain("cannot read record 1 of the snapshot /data/silences");
      }
    }
  });

  test("a matcher of a type that we don't know is refused", () => {
    const bytes = Buffer.from(FROM_0_25, "base64");
    bytes[bytes.indexOf(Buffer.from([0x08, 0x03, 0x12])) + 1] = 9;
    expect(() => withSnapshot(bytes)).toThrow("there is no matcher of type 9");
  });
});

test("listings: active ones by the soonest end, pending ones by the soonest start, expired ones by the latest end", () => {
  const at = (id: string, startsAtMs: number, endsAtMs: number): Silence => ({ ...draft(), id, updatedAtMs: 0, startsAtMs, endsAtMs });
  const all = [at("e1", 0, 10), at("e2", 0, 20), at("p2", 300, 400), at("p1", 200, 900), at("a2", 0, 700), at("a1", 0, 600)];
  expect(all.toSorted(compareSilences(100)).map(({ id }) => id)).toEqual(["a1", "a2", "p1", "p2", "e2", "e1"]);
});

function comparable(silence: Silence | undefined): unknown {
  if (silence === undefined) return undefined;
  return {
    ...silence,
    matchers: silence.matchers.map(({ name, type, value }) => name + type + value),
    annotations: [...silence.annotations],
  };
}
