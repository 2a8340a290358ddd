import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { createSampleColumns } from "@ferula/model";
import {
  chunkedReadResponseCodec,
  createWriteColumns,
  decodeWriteRequest,
  encodeWriteRequest,
  packSnappy,
  readRequestCodec,
  readResponseCodec,
  unpackSnappy,
} from "@ferula/wire";
import { configFolder, startPrometheus, type Prometheus } from "./prometheus.ts";

const SAMPLES = 0;
const CHUNKS = 1;
const nowMs = Date.now();

/** Sends `count` series with samples at seconds before now. */
async function send({ get }: Prometheus, count: number, ages: readonly number[]): Promise<void> {
  const series = Array.from({ length: count }, (_, i) => {
    const samples = createSampleColumns(ages.length);
    for (const age of ages) {
      samples.timestampsMs[samples.length] = nowMs - age * 1000;
      samples.values[samples.length++] = i + age;
    }
    return { labels: ["__name__", "sent", "i", String(i)], samples };
  });
  const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
  const body = Uint8Array.from(packSnappy(encodeWriteRequest(series)));
  expect((await get("/api/v1/write", { method: "POST", body, headers })).status).toBe(204);
}

/** Asks for the series `sent` of a region. */
function read({ url }: Prometheus, form: number, region: string): Promise<Response> {
  const matchers = [
    { type: 0, name: "__name__", value: "sent" },
    { type: 0, name: "region", value: region },
  ];
  const query = { startTimestampMs: nowMs - 3_600_000, endTimestampMs: nowMs, matchers, hints: null };
  const message = readRequestCodec.encode({ queries: [query], acceptedResponseTypes: [form] });
  return fetch(`${url}/api/v1/read`, { method: "POST", body: Uint8Array.from(packSnappy(message)) });
}

async function bytesOf(answer: Response): Promise<Uint8Array> {
  return new Uint8Array(await answer.arrayBuffer());
}

test("what a block and the head hold is read as samples and as chunks, with external labels that a reload changes", async () => {
  const config = configFolder("global: {external_labels: {region: eu}}\n");
  const flags = ["--web.enable-remote-write-receiver", "--web.enable-admin-api", "--web.enable-lifecycle"];
  const first = await startPrometheus(config.folder, flags);
  await send(first, 3, [60, 50]);
  const answer = await first.get("/api/v1/admin/tsdb/snapshot", { method: "POST" });
  await first.process.kill();
  const { name } = (JSON.parse(answer.text) as { data: { name: string } }).data;

  const again = configFolder("global: {external_labels: {region: eu}}\n");
  cpSync(join(config.folder, "data", "snapshots", name), join(again.folder, "data"), { recursive: true });
  const server = await startPrometheus(again.folder, flags);
  await send(server, 3, [40]);
  const samples = await read(server, SAMPLES, "eu");
  expect([samples.status, samples.headers.get("content-type"), samples.headers.get("content-encoding")]).toEqual([
    200,
    "application/x-protobuf",
    "snappy",
  ]);
  const [result] = readResponseCodec.decode(unpackSnappy(await bytesOf(samples), 1 << 20)).results;
  const columns = createWriteColumns();
  const decoder = decodeWriteRequest(Uint8Array.from(result), columns);
  while (decoder.readOn());
  expect([columns.seriesCount, [...columns.samples.values.subarray(0, columns.samples.length)]]).toEqual([
    3,
    [60, 50, 40, 61, 51, 41, 62, 52, 42],
  ]);
  expect(columns.labelEnds[0]).toBe(3);

  again.write("global: {external_labels: {region: us}}\n");
  expect((await server.get("/-/reload", { method: "POST" })).status).toBe(200);
  expect(await bytesOf(await read(server, CHUNKS, "eu"))).toHaveLength(0);
  const chunks = await bytesOf(await read(server, CHUNKS, "us"));
  // The first frame: a size of one byte or two, a checksum, and the message.
  const head = chunks[0] > 127 ? 2 : 1;
  const size = head === 1 ? chunks[0] : (chunks[0] & 127) + 128 * chunks[1];
  const [series] = chunkedReadResponseCodec.decode(chunks.subarray(head + 4, head + 4 + size)).chunkedSeries;
  expect(series.labels).toEqual([
    { name: "__name__", value: "sent" },
    { name: "i", value: "0" },
    { name: "region", value: "us" },
  ]);
  expect(series.chunks.map(({ type, minTimeMs, maxTimeMs }) => [type, nowMs - minTimeMs, nowMs - maxTimeMs])).toEqual([
    [1, 60_000, 50_000],
    [1, 40_000, 40_000],
  ]);
  expect((await server.get("/metrics")).text).toContain("\nprometheus_remote_read_handler_queries 0\n");
  await server.process.kill();
});

test("flags limit samples and frames; other methods are refused", async () => {
  const { folder } = configFolder("global: {}\n");
  const limits = ["--storage.remote.read-sample-limit=5", "--storage.remote.read-max-bytes-in-frame=1"];
  const server = await startPrometheus(folder, ["--web.enable-remote-write-receiver", ...limits]);
  await send(server, 6, [10]);
  const tooMany = await read(server, SAMPLES, "");
  expect([tooMany.status, await tooMany.text()]).toEqual([400, "exceeded sample limit (5)\n"]);
  expect((await read(server, CHUNKS, "")).status).toBe(200);
  const got = await server.get("/api/v1/read");
  expect([got.status, got.headers.get("allow"), got.text]).toEqual([405, "OPTIONS, POST", "Method Not Allowed\n"]);
  expect(await server.process.kill()).toMatchObject({ code: 0 });
});

test("a large answer streams while the server answers others", async () => {
  const { folder } = configFolder("global: {}\n");
  const server = await startPrometheus(folder, ["--web.enable-remote-write-receiver", "--storage.remote.read-concurrent-limit=1"]);
  await send(server, 60_000, [10]);
  const whole = await bytesOf(await read(server, CHUNKS, ""));
  const slow = await read(server, CHUNKS, "");
  const reader = slow.body?.getReader();
  let bytes = (await reader?.read())?.value?.length ?? 0;
  expect((await server.get("/-/healthy")).status).toBe(200);
  expect((await server.api("/api/v1/query?query=count(sent)")).result[0].value[1]).toBe("60000");
  for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) bytes += part.value.length;
  expect(bytes).toBe(whole.length);
  expect(await server.process.kill()).toMatchObject({ code: 0 });
});
