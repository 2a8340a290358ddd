import { expect, test } from "@jest/globals";
import { createSampleColumns } from "@ferula/model";
import { encodeWriteRequest, encodeWriteRequestV2, packSnappy, type OutgoingSeries } from "@ferula/wire";
import { configFolder, startPrometheus, type Prometheus } from "./prometheus.ts";

const V2 = "io.prometheus.write.v2.Request";

function series(timestampMs: number, value: number): readonly OutgoingSeries[] {
  const samples = createSampleColumns(1);
  samples.length = 1;
  samples.timestampsMs[0] = timestampMs;
  samples.values[0] = value;
  return [{ labels: ["__name__", "sent", "job", "x"], samples }];
}

function post({ get }: Prometheus, message: Uint8Array, type: string): ReturnType<Prometheus["get"]> {
  const headers = { "content-encoding": "snappy", "content-type": `application/x-protobuf;proto=${type}` };
  return get("/api/v1/write", { method: "POST", body: Uint8Array.from(packSnappy(message)), headers });
}

test("what is sent is acknowledged, found by queries and there after kill -9", async () => {
  const { folder } = configFolder("global: {}\n");
  const nowMs = Date.now();
  const server = await startPrometheus(folder, ["--web.enable-remote-write-receiver"]);
  expect(await post(server, encodeWriteRequest(series(nowMs - 1000, 1)), "prometheus.WriteRequest")).toMatchObject({
    status: 204,
    text: "",
  });
  const answer = await post(server, encodeWriteRequestV2(series(nowMs, 2)), V2);
  expect([answer.status, answer.headers.get("X-Prometheus-Remote-Write-Samples-Written")]).toEqual([204, "1"]);
  expect(await post(server, encodeWriteRequestV2(series(nowMs - 1, 3)), V2)).toMatchObject({
    status: 400,
    text: 'out of order sample for series {__name__="sent", job="x"}\n',
  });
  expect((await server.api("/api/v1/features")).api.remote_write_receiver).toBe(true);
  await server.process.kill("SIGKILL");

  const again = await startPrometheus(folder, ["--web.enable-remote-write-receiver"]);
  const { result } = await again.api(`/api/v1/query?query=sent[1h]&time=${nowMs / 1000}`);
  expect(result).toEqual([
    {
      metric: { __name__: "sent", job: "x" },
      values: [
        [(nowMs - 1000) / 1000, "1"],
        [nowMs / 1000, "2"],
      ],
    },
  ]);
  await again.process.kill();
});

test("only messages that are accepted are taken", async () => {
  const flags = ["--web.enable-remote-write-receiver", `--web.remote-write-receiver.accepted-protobuf-messages=${V2}`];
  const server = await startPrometheus(configFolder("global: {}\n").folder, flags);
  expect(await post(server, encodeWriteRequest(series(1, 1)), "prometheus.WriteRequest")).toMatchObject({
    status: 415,
    text: `prometheus.WriteRequest protobuf message is not accepted by this server; only accepts ${V2}\n`,
  });
  await server.process.kill();
});

test("without the flag there is no receiver", async () => {
  const server = await startPrometheus(configFolder("global: {}\n").folder);
  expect(await post(server, encodeWriteRequest(series(1, 1)), "prometheus.WriteRequest")).toMatchObject({
    status: 404,
    text: "remote write receiver needs to be enabled with --web.enable-remote-write-receiver\n",
  });
  expect((await server.api("/api/v1/features")).api.remote_write_receiver).toBe(false);
  await server.process.kill();
});
