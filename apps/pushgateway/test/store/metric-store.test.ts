import { describe, expect, test } from "@jest/globals";
import type { MetricFamily } from "@ferula/exposition";
import { noLogger } from "@ferula/logging";
import type { Labels } from "@ferula/model";
import type { Change } from "../../src/store/changes.ts";
import { groupKey, isLastPushSuccessful } from "../../src/store/group.ts";
import { MetricStore, type MetricStoreDeps } from "../../src/store/metric-store.ts";
import { exposedFamilies } from "../../src/web/exposed-families.ts";
import { families, sampleLines } from "../samples.ts";

const JOB: Labels = ["job", "j"];
const ownHeads: readonly MetricFamily[] = [{ name: "own_gauge", type: "gauge", help: "Ours.", metrics: [] }];

/** A store whose clock goes on by a second a change, and that records in a list. */
function createStore(overrides: Partial<MetricStoreDeps> = {}) {
  const recorded: Change[] = [];
  let nowMs = 0;
  const store = new MetricStore({
    loaded: new Map(),
    ownHeads: () => ownHeads,
    record: (change) => {
      recorded.push(change);
      return Promise.resolve();
    },
    isChecked: true,
    nowMs: () => (nowMs += 1000),
    logger: noLogger,
    ...overrides,
  });
  return {
    store,
    recorded,
    post: (text: string, labels: Labels = JOB) => store.push(labels, false, families(text)),
    put: (text: string, labels: Labels = JOB) => store.push(labels, true, families(text)),
    lines: () => sampleLines(store.groups.values()),
  };
}

describe("a push", () => {
  test("gives every metric the labels of its group, and an empty instance", async () => {
    const { post, lines } = createStore();
    await post('a{job="other",x="1"} 1\na{instance="i"} 2\n');
    expect(lines()).toEqual([
      'a{instance="",job="j",x="1"} 1',
      'a{instance="i",job="j"} 2',
      'push_failure_time_seconds{instance="",job="j"} 0',
      'push_time_seconds{instance="",job="j"} 1',
    ]);
  });

  test("by POST replaces whole families of the same name and keeps the others", async () => {
    const { post, lines } = createStore();
    await post('a{x="1"} 1\na{x="2"} 2\nb 3\n');
    await post('a{x="3"} 4\n');
    expect(lines().slice(0, 2)).toEqual(['a{instance="",job="j",x="3"} 4', 'b{instance="",job="j"} 3']);
  });

  test("by PUT replaces the group but keeps the time of the last failure", async () => {
    const { post, put, lines } = createStore();
    await post("a 1\nb 3\n");
    await expect(post("a 1 1000\n")).rejects.toThrow("timestamps");
    await put("c 4\n");
    expect(lines()).toEqual([
      'c{instance="",job="j"} 4',
      'push_failure_time_seconds{instance="",job="j"} 2',
      'push_time_seconds{instance="",job="j"} 3',
    ]);
  });

  test.each([
    [true, []],
    [false, ['a{instance="",job="j"} 1']],
  ])("of nothing (replacing: %j) changes times alone, and by PUT drops the rest", async (isReplacing, kept) => {
    const { store, post, lines } = createStore();
    await post("a 1\n");
    await store.push(JOB, isReplacing, []);
    expect(lines().filter((line) => !line.startsWith("push_"))).toEqual(kept);
    expect(lines()).toContain('push_time_seconds{instance="",job="j"} 2');
  });

  test("of the gateway's own times is overruled", async () => {
    const { post, lines } = createStore();
    await post("# TYPE push_time_seconds counter\npush_time_seconds 99\n");
    expect(lines()).toContain('push_time_seconds{instance="",job="j"} 1');
  });
});

describe("a push that contradicts what is there is refused with the reason", () => {
  test.each<[why: string, text: string, reason: string]>([
    ["with timestamps", "x 1 1234\n", "pushed metrics must not have timestamps"],
    ["a series twice", "x 1\nx 1\n", "was collected before with the same name and label values"],
    ["another type than in another group", "# TYPE a counter\na 1\n", "gathered metric family a has type COUNTER but should have GAUGE"],
    ["another type than our own", "own_gauge 1\n", "gathered metric family own_gauge has type UNTYPED but should have GAUGE"],
    ["a name that a histogram uses", "# TYPE h_count counter\nh_count 1\n", 'collides with previously collected histogram named "h"'],
    ["a label that may not be", 'x{__y="1"} 1\n', "has a label with an invalid name: __y"],
  ])("%s", async (_why, text, reason) => {
    const { store, post, lines } = createStore();
    await post('# TYPE a gauge\na 1\n# TYPE h histogram\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n', ["job", "other"]);
    const before = lines();
    await expect(post(text)).rejects.toMatchObject({ name: "PushRefused", message: expect.stringContaining(reason) as unknown });
    await expect(post(text)).rejects.toThrow("pushed metrics are invalid or inconsistent with existing metrics: ");
    // Only the times of the failure were added.
    expect(lines()).toEqual(
      [...before, 'push_failure_time_seconds{instance="",job="j"} 3', 'push_time_seconds{instance="",job="j"} 0'].sort(),
    );
    expect(isLastPushSuccessful(store.groups.get(groupKey(JOB))!)).toBe(false);
  });

  test("a series of another group", async () => {
    const { post } = createStore();
    await post('a{x="1"} 1\n', JOB);
    await expect(post("a 1\n", ["job", "j", "x", "1"])).rejects.toThrow("was collected before");
    await post("a 1\n", ["job", "j", "x", "2"]);
  });

  test("a group that would have the times of another one is not made, so that scrapes go on", async () => {
    const { store, post } = createStore();
    await post("a 1\n", JOB);
    await expect(post("b 1\n", ["instance", "", "job", "j"])).rejects.toThrow("was collected before");
    expect(store.groups.size).toBe(1);
    expect(() => exposedFamilies([], store.groups.values())).not.toThrow();
  });
});

describe("what is no contradiction is taken", () => {
  test("another help: the first one is shown, the gateway's own before any", async () => {
    const { store, post } = createStore();
    await post("# HELP a one\na 1\n# HELP own_gauge theirs\n# TYPE own_gauge gauge\nown_gauge 1\n", JOB);
    await post("# HELP a two\na 1\n", ["job", "k"]);
    const own: MetricFamily = { name: "own_gauge", type: "gauge", help: "Ours.", metrics: [{ labels: [], value: 1 }] };
    const helps = new Map(exposedFamilies([own], store.groups.values()).map(({ name, help }) => [name, help]));
    expect(helps.get("a")).toBe("one");
    expect(helps.get("own_gauge")).toBe("Ours.");
  });

  test("a type that only the replaced version of the group had", async () => {
    const { post, put } = createStore();
    await post("# TYPE a gauge\na 1\n");
    await put("# TYPE a counter\na 1\n");
    await expect(post("# TYPE a gauge\na 1\n", ["job", "k"])).rejects.toThrow("should have COUNTER");
  });

  test("a type of a group that was deleted", async () => {
    const { store, post } = createStore();
    await post("# TYPE a gauge\na 1\n");
    await store.delete(JOB);
    await post("# TYPE a counter\na 1\n");
    await store.wipe();
    await post("# TYPE a gauge\na 1\n");
  });
});

describe("without checks", () => {
  test("contradictions are taken", async () => {
    const { store, post } = createStore({ isChecked: false });
    await post("# TYPE a gauge\na 1\n", JOB);
    await post("# TYPE a counter\na 1\n", ["job", "k"]);
    expect(() => exposedFamilies([], store.groups.values())).toThrow("has type COUNTER but should have GAUGE");
  });

  test("timestamps are dropped, which only the failure time tells", async () => {
    const { post, lines } = createStore({ isChecked: false });
    await post("a 1 5\n");
    expect(lines()).toEqual(['push_failure_time_seconds{instance="",job="j"} 1', 'push_time_seconds{instance="",job="j"} 0']);
  });
});

describe("deleting", () => {
  test("takes exactly the group of the key", async () => {
    const { store, post } = createStore();
    await post("a 1\n", JOB);
    await post("a 1\n", ["job", "j", "x", "1"]);
    await store.delete(JOB);
    expect([...store.groups.keys()]).toEqual([groupKey(["job", "j", "x", "1"])]);
  });

  test("what is not there is recorded nowhere", async () => {
    const { store, recorded } = createStore();
    await store.delete(JOB);
    await store.wipe();
    expect(recorded).toEqual([]);
  });
});

test("a change that can't be recorded is not made", async () => {
  const { store, post } = createStore({
    record: () => {
      throw new Error("the disk is full");
    },
  });
  await expect(post("a 1\n")).rejects.toThrow("the disk is full");
  expect(store.groups.size).toBe(0);
});

test("a push is acknowledged only when it is durable, and counts as waiting until then", async () => {
  let sync = (): void => undefined;
  const durable = new Promise<void>((resolve) => {
    sync = resolve;
  });
  const { store, post } = createStore({ record: () => durable });
  let isAcknowledged = false;
  const push = post("a 1\n").then(() => (isAcknowledged = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([isAcknowledged, store.pendingCount]).toEqual([false, 1]);
  sync();
  await push;
  expect([isAcknowledged, store.pendingCount]).toEqual([true, 0]);
});
