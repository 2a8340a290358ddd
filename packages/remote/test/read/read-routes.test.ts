import { request } from "node:http";
import { expect, test } from "@jest/globals";
import { eventually } from "@ferula/test-kit";
import { packSnappy, readRequestCodec } from "@ferula/wire";
import { append, appendMany, query, readSamples, readStream, startReader, type TestReader } from "./support.ts";

const HOUR = 3_600_000;

async function filled(deps: Parameters<typeof startReader>[0] = {}): Promise<TestReader> {
  const reader = await startReader(deps);
  append(reader.db, { __name__: "up", job: "a" }, [HOUR, 1], [HOUR + 1000, 2]);
  append(reader.db, { __name__: "up", job: "b" }, [HOUR, 3]);
  return reader;
}

const bytesOf = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());
const A = `__name__,up,job,a 1@${HOUR} 2@${HOUR + 1000}`;
const B = `__name__,up,job,b 3@${HOUR}`;

test("samples", async () => {
  const { read } = await filled();
  const answer = await read([query(["job=~a|b", "job!=b"]), query(["job!~a"], HOUR, HOUR), query(["job=none"])]);
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("content-encoding")]).toEqual([
    200,
    "application/x-protobuf",
    "snappy",
  ]);
  expect(readSamples(await bytesOf(answer))).toEqual([[A], [B], []]);
});

test("chunks", async () => {
  const { read } = await filled();
  const answer = await read([query(["job=b"]), query(["__name__=up"])], [1, 0]);
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("content-encoding")]).toEqual([
    200,
    "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse",
    null,
  ]);
  expect(readStream(await bytesOf(answer))).toEqual([`0 ${B}`, `1 ${A}`, `1 ${B}`]);
});

test("a stream of nothing has its headers", async () => {
  const { read } = await filled();
  const answer = await read([query(["job=none"])], [1]);
  expect([answer.status, answer.headers.get("content-type"), (await bytesOf(answer)).length]).toEqual([
    200,
    "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse",
    0,
  ]);
});

test("a query without a matcher finds nothing", async () => {
  const { read } = await filled();
  expect(readSamples(await bytesOf(await read([query([])])))).toEqual([[]]);
});

test("external labels: asked for by their values, and told", async () => {
  let external = ["area", "eu"];
  const { read } = await filled({ externalLabels: () => external });
  const ask = async (): Promise<string[]> => readSamples(await bytesOf(await read([query(["job=b", "area=eu"])])))[0];
  expect(await ask()).toEqual([`__name__,up,area,eu,job,b 3@${HOUR}`]);
  // Those in force count, not those of the start.
  external = ["area", "us"];
  expect(await ask()).toEqual([]);
});

const hints = { stepMs: 0, func: "", startMs: HOUR + 500, endMs: HOUR + 5000, grouping: [], by: false, rangeMs: 0 };

test("hints: the times that are wanted, and series without samples", async () => {
  const { read } = await filled();
  const part = await read([{ ...query(["job=a"]), hints }], [1]);
  expect(readStream(await bytesOf(part))).toEqual([`0 __name__,up,job,a 2@${HOUR + 1000}`]);
  const series = await read([{ ...query(["job=a"]), hints: { ...hints, func: "series" } }]);
  expect(readSamples(await bytesOf(series))).toEqual([["__name__,up,job,a"]]);
});

const oneMore = query(["job=a"]);

test.each([
  { queries: [{ ...oneMore, matchers: [{ type: 9, name: "a", value: "" }] }], types: [], status: 500, text: "invalid matcher type" },
  { queries: [query(["a=~("])], types: [1], status: 500, text: "error parsing regexp: missing closing ): `(`" },
  { queries: [oneMore], types: [], status: 400, text: "exceeded sample limit (1)" },
  {
    queries: [oneMore],
    types: [3],
    status: 400,
    text: "server does not support any of the requested response types: [3]; supported: map[SAMPLES:{} STREAMED_XOR_CHUNKS:{}]",
  },
])("$status: $text", async ({ queries, types, status, text }) => {
  const { read, db } = await filled({ sampleLimit: 1 });
  const answer = await read(queries, types);
  expect([answer.status, answer.headers.get("content-type"), answer.headers.get("content-encoding"), await answer.text()]).toEqual([
    status,
    "text/plain; charset=utf-8",
    null,
    `${text}\n`,
  ]);
  // Nothing stays pinned.
  await db.maintain();
});

test("the limit of samples is none of chunks", async () => {
  const { read } = await filled({ sampleLimit: 1 });
  expect((await read([oneMore], [1])).status).toBe(200);
});

test.each([
  { body: new Uint8Array(0), text: "snappy: corrupt input\n", why: "an empty body" },
  { body: Uint8Array.of(1, 2, 3), text: "snappy: corrupt input\n", why: "what is not packed" },
  { body: packSnappy(Uint8Array.of(10, 9, 9)), text: "unexpected EOF\n", why: "what is no request" },
  { body: new Uint8Array((32 << 20) + 1), text: "snappy: corrupt input\n", why: "more than is read" },
])("400: $why", async ({ body, text }) => {
  const { post } = await startReader();
  const answer = await post(body);
  expect([answer.status, await answer.text()]).toEqual([400, text]);
});

test("other methods are left to others", async () => {
  const { url } = await startReader();
  expect((await fetch(url)).status).toBe(404);
});

/** Sends a request and reads nothing of its answer. */
function readNothing(url: string, queryCount = 1): { readonly destroy: () => void } {
  const queries = Array.from({ length: queryCount }, () => query(["__name__=many"]));
  const body = packSnappy(readRequestCodec.encode({ queries, acceptedResponseTypes: [1] }));
  const sent = request(url, { method: "POST" });
  sent.on("response", (response) => response.pause());
  sent.on("error", () => undefined);
  sent.end(body);
  return sent;
}

test("a client that does not read holds its place, and frees it when it goes; what it selected is let go", async () => {
  const reader = await filled({ concurrentLimit: 1, maxBytesInFrame: 1 });
  const labels = "x".repeat(4000);
  // More than sockets and their buffers take.
  appendMany(reader.db, 6000, HOUR, (i) => ({ i: String(i), labels }));
  const queries = async (): Promise<string | undefined> =>
    /^prometheus_remote_read_handler_queries (\d+)$/m.exec(await reader.registry.metrics())?.[1];
  expect(await queries()).toBe("0");
  const slow = readNothing(reader.url);
  await eventually(async () => expect(await queries()).toBe("1"));
  let isAnswered = false;
  const waiting = reader.read([query(["job=b"])]).then(async (answer) => {
    isAnswered = true;
    return readSamples(await bytesOf(answer));
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([isAnswered, await queries()]).toEqual([false, "1"]);
  slow.destroy();
  expect(await waiting).toEqual([[B]]);
  await eventually(async () => expect(await queries()).toBe("0"));
});

test("a client that goes while its many queries are selected ends that; what was selected is let go", async () => {
  const pinned = new Set<number>();
  let pins = 0;
  const source = {
    selectChunks() {
      client.destroy();
      // As long as a turn of the event loop may take.
      const endMs = performance.now() + 10;
      while (performance.now() < endMs);
      pinned.add(++pins);
      return { pin: pins };
    },
    release: (pin: number) => expect(pinned.delete(pin)).toBe(true),
  };
  const { url, registry } = await startReader({ source });
  const client = readNothing(url, 300);
  await eventually(async () =>
    expect([pins > 0, await registry.metrics()]).toEqual([true, expect.stringContaining("handler_queries 0\n")]),
  );
  expect([pinned.size, pins < 300]).toEqual([0, true]);
});
