import { expect, test } from "@jest/globals";
import { PromError } from "@ferula/model";
import { encodeWriteRequest, encodeWriteRequestV2, packSnappy } from "@ferula/wire";
import { memoryStorage } from "@ferula/test-kit";
import { series, startReceiver, V2_TYPE } from "../support.ts";

const one = [series({ __name__: "up" }, [0, 1])];
const v1 = packSnappy(encodeWriteRequest(one));
const v2 = packSnappy(encodeWriteRequestV2(one));
const PROTOBUF = "application/x-protobuf";

test.each([
  { why: "as senders of 1.0 do it", headers: { "content-type": PROTOBUF, "content-encoding": "snappy" }, status: 204 },
  { why: "without any word about what it is", headers: { "content-type": "" }, status: 204 },
  { why: "1.0 by its name", headers: { "content-type": `${PROTOBUF};proto=prometheus.WriteRequest` }, status: 204 },
  { why: "other parameters", headers: { "content-type": `${PROTOBUF};charset=utf-8` }, status: 204 },
  {
    why: "another encoding",
    headers: { "content-encoding": "gzip" },
    status: 415,
    text: "gzip encoding (compression) is not accepted by this server; only snappy is acceptable\n",
  },
  {
    why: "another type",
    headers: { "content-type": "application/json" },
    status: 415,
    text: "expected application/x-protobuf as the first (media) part, got application/json content-type\n",
  },
  {
    why: "a parameter that is none",
    headers: { "content-type": `${PROTOBUF};proto` },
    status: 415,
    text: "as per https://www.rfc-editor.org/rfc/rfc9110#parameter expected parameters to be key-values, got proto in application/x-protobuf;proto content-type\n",
  },
  {
    why: "another message",
    headers: { "content-type": `${PROTOBUF};proto=foo.Bar` },
    status: 415,
    text: "got application/x-protobuf;proto=foo.Bar content type; unknown type for remote write protobuf message foo.Bar, supported: prometheus.WriteRequest, io.prometheus.write.v2.Request\n",
  },
])("$why: $status", async ({ headers, status, text = "" }) => {
  const { post, stored } = await startReceiver();
  expect(await post(v1, headers)).toEqual({ status, text, written: undefined });
  expect(stored()).toHaveLength(status === 204 ? 1 : 0);
});

test.each([
  { why: "no snappy", body: Buffer.from("hello"), status: 400, text: "s2: corrupt input\n" },
  { why: "nothing", body: Buffer.alloc(0), status: 400, text: "s2: corrupt input\n" },
  { why: "no message", body: packSnappy(Uint8Array.of(10, 200)), status: 400, text: "unexpected EOF\n" },
  {
    why: "more than may be, once it is unpacked",
    body: Uint8Array.of(0x81, 0x80, 0x80, 0x10),
    status: 400,
    text: "decoded size exceeds the 33554432 bytes limit\n",
  },
  {
    why: "more than may be, as it comes",
    body: new Uint8Array((32 << 20) + 1),
    status: 413,
    text: "request body exceeds the 33554432 bytes limit\n",
  },
])("$why: $status", async ({ body, status, text }) => {
  const { post } = await startReceiver();
  expect(await post(body)).toMatchObject({ status, text });
});

test("2.0 is told what was written, also when it is nothing", async () => {
  const { post, stored } = await startReceiver();
  expect(await post(v2, { "content-type": V2_TYPE })).toEqual({ status: 204, text: "", written: [1, 0, 0] });
  expect(await post(packSnappy(Uint8Array.of(42, 200)), { "content-type": V2_TYPE })).toEqual({
    status: 400,
    text: "unexpected EOF\n",
    written: [0, 0, 0],
  });
  expect(stored()).toEqual(['{__name__="up"} 1@0']);
});

test("a message that is not accepted is refused by name", async () => {
  const { post } = await startReceiver({ accepted: ["io.prometheus.write.v2.Request"] });
  expect(await post(v1)).toMatchObject({
    status: 415,
    text: "prometheus.WriteRequest protobuf message is not accepted by this server; only accepts io.prometheus.write.v2.Request\n",
  });
  expect(await post(v2, { "content-type": V2_TYPE })).toMatchObject({ status: 204 });
});

test("a storage that fails is answered with 500, and nothing was written", async () => {
  const append = (): never => {
    throw new PromError("internal", "write data/wal/00000000: no space left on device");
  };
  const { write, writeV2 } = await startReceiver({ appender: { ...memoryStorage(), append } });
  const text = "write data/wal/00000000: no space left on device\n";
  expect(await write(one)).toEqual({ status: 500, text, written: undefined });
  expect(await writeV2(one)).toEqual({ status: 500, text, written: [0, 0, 0] });
});
