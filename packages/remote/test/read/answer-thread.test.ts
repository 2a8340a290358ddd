import { expect, test } from "@jest/globals";
import { createMatcher } from "@ferula/model";
import { eventually } from "@ferula/test-kit";
import { type AnswerTask, createAnswerThread } from "../../src/read/answer-thread.ts";
import type { AnswerJob } from "../../src/read/answer.ts";
import { afterTest, appendMany, openStorage, readStream, type TestStorage, threadHere } from "./support.ts";

const never = new AbortController().signal;

function job({ db }: TestStorage, maxBytesInFrame = 1 << 20): AnswerJob {
  const selection = db.selectChunks(0, 1e15, [createMatcher("=~", "__name__", ".+")]);
  return { form: { kind: "chunks", maxBytesInFrame }, queries: [{ selection, isOfSeries: false }], externalLabels: [] };
}

async function start(idleMs = 1000): Promise<{
  storage: TestStorage;
  here: ReturnType<typeof threadHere>;
  make: (task: Partial<AnswerTask>) => Promise<void>;
  close: () => Promise<void>;
}> {
  const storage = await openStorage();
  appendMany(storage.db, 64, 3_600_000, (i) => ({ i: String(i) }));
  const here = threadHere(storage.sources, 0);
  const { make, close } = createAnswerThread({ startThread: here.startThread, idleMs });
  afterTest(close);
  return { storage, here, make: (task) => make({ job: job(storage), onBytes: () => undefined, signal: never, ...task }), close };
}

test("answers are made side by side, and no piece before the one before it is taken", async () => {
  const storage = await openStorage();
  appendMany(storage.db, 3000, 3_600_000, (i) => ({ text: `${i}`.padEnd(300, "x") }));
  const { make, close } = createAnswerThread({ startThread: threadHere(storage.sources).startThread, idleMs: 1000 });
  afterTest(close);
  let letOn: (() => void) | undefined;
  const slow: Uint8Array[] = [];
  const taken = make({
    job: job(storage),
    signal: never,
    onBytes(bytes) {
      slow.push(bytes);
      return new Promise((resolve) => (letOn = resolve));
    },
  });
  await eventually(() => expect(slow).toHaveLength(1));
  const quick: Uint8Array[] = [];
  await make({ job: job(storage), signal: never, onBytes: (bytes) => void quick.push(bytes) });
  expect(quick.length).toBeGreaterThan(2);
  expect(slow).toHaveLength(1);
  for (let i = 1; i < quick.length; i++) {
    letOn?.();
    await eventually(() => expect(slow).toHaveLength(i + 1));
  }
  letOn?.();
  await taken;
  expect(readStream(Buffer.concat(slow))).toEqual(readStream(Buffer.concat(quick)));
});

test("one that is aborted ends, and the next is made on the same thread", async () => {
  const { here, make } = await start();
  const gone = new AbortController();
  const onBytes = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const made = make({ signal: gone.signal, onBytes });
  gone.abort();
  await expect(made).rejects.toMatchObject({ errorType: "canceled" });
  await expect(make({ signal: gone.signal })).rejects.toMatchObject({ errorType: "canceled" });
  expect(here.starts).toBe(1);
});

test("one whose bytes are not taken ends, with the reason", async () => {
  const { here, make } = await start();
  await expect(make({ onBytes: () => Promise.reject(new Error("no room")) })).rejects.toThrow("no room");
  expect(here.starts).toBe(1);
});

test("what can't be read fails its answer only", async () => {
  const { make } = await start();
  const broken = {
    queries: [{ selection: { pin: 0 }, isOfSeries: false }],
    externalLabels: [],
    form: { kind: "chunks", maxBytesInFrame: 1 },
  } as const;
  await expect(make({ job: broken })).rejects.toMatchObject({ errorType: "internal" });
});

test("answers of a thread that ends fail, and the next has another thread", async () => {
  const { here, make } = await start();
  const made = make({});
  here.crash();
  await expect(made).rejects.toMatchObject({ errorType: "internal", message: "cannot make the answer: out of memory" });
  const next = make({ job: { form: { kind: "chunks", maxBytesInFrame: 1 }, queries: [], externalLabels: [] } });
  await next;
  expect(here.starts).toBe(2);
});

test("a thread with nothing to do ends", async () => {
  const { here, make } = await start(0);
  const none: AnswerJob = { form: { kind: "chunks", maxBytesInFrame: 1 }, queries: [], externalLabels: [] };
  await make({ job: none });
  await new Promise((resolve) => setTimeout(resolve, 20));
  await make({ job: none });
  expect(here.starts).toBe(2);
});

test("closed, it makes no answers, and those under way are cancelled", async () => {
  const { make, close } = await start();
  const made = make({});
  await Promise.all([expect(made).rejects.toMatchObject({ errorType: "canceled" }), close()]);
  await expect(make({})).rejects.toMatchObject({ errorType: "canceled" });
});
