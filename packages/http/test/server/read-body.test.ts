import { connect } from "node:net";
import { deflateSync, gzipSync } from "node:zlib";
import { afterEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { createApp, readBody } from "../../src/index.ts";
import { cleanUp, send, serve, talk } from "../support.ts";

afterEach(cleanUp);

const MAX_BYTES = 1000;

async function bodyServer(outcomes: string[] = []): Promise<string> {
  const app = createApp();
  app.post("/", async (req, res) => {
    const body = await readBody(req, { maxBytes: MAX_BYTES }).catch((error: Error) => {
      outcomes.push(error.message);
      throw error;
    });
    res.type("bin").send(body);
  });
  return (await serve(app)).urls[0];
}

const post = (url: string, body: string | Uint8Array, encoding?: string): ReturnType<typeof send> =>
  send(url, { method: "POST", body, headers: encoding === undefined ? {} : { "content-encoding": encoding } });

const text = "x".repeat(MAX_BYTES);
const members = Buffer.concat([gzipSync("a"), gzipSync("b")]);
test.each([
  { why: "a plain body of the limit", body: text, encoding: undefined, status: 200, want: text },
  { why: "an empty body", body: "", encoding: undefined, status: 200, want: "" },
  { why: "a gzip body of the limit", body: gzipSync(text), encoding: "gzip", status: 200, want: text },
  { why: "a gzip body, shouted", body: gzipSync("a"), encoding: "GZIP", status: 200, want: "a" },
  { why: "a gzip body of two members", body: members, encoding: "gzip", status: 200, want: "ab" },
  { why: "a deflate body", body: deflateSync("a"), encoding: "deflate", status: 200, want: "a" },
  { why: "an encoding that is the caller's", body: "raw", encoding: "snappy", status: 200, want: "raw" },
  {
    why: "a plain body above the limit",
    body: `${text}x`,
    encoding: undefined,
    status: 413,
    want: "the body is larger than the limit of 1000 bytes\n",
  },
  {
    why: "a packed body above the limit",
    body: gzipSync(`${text}x`),
    encoding: "gzip",
    status: 413,
    want: "the body is larger than the limit of 1000 bytes\n",
  },
  {
    why: "a bomb",
    body: gzipSync(Buffer.alloc(900_000)),
    encoding: "gzip",
    status: 413,
    want: "the body is larger than the limit of 1000 bytes\n",
  },
  { why: "half a gzip body", body: gzipSync("hello").subarray(0, 15), encoding: "gzip", status: 400, want: "unexpected EOF\n" },
  { why: "what isn't gzip", body: "hello", encoding: "gzip", status: 400, want: "gzip: invalid header\n" },
])("$why is answered with $status", async ({ body, encoding, status, want }) => {
  expect(await post(await bodyServer(), body, encoding)).toMatchObject({ status, text: want });
});

test("a body without end, of unknown length, is refused while it comes", async () => {
  const url = await bodyServer();
  const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
  expect(await talk(url, `POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 413 /);
});

test("a body that unpacks to nothing is bounded too", async () => {
  const nothing = Buffer.concat(Array.from({ length: 100 }, () => gzipSync("")));
  expect(nothing.length).toBeGreaterThan(MAX_BYTES);
  expect((await post(await bodyServer(), nothing, "gzip")).status).toBe(413);
});

test("a client that leaves in the middle ends the reading", async () => {
  const outcomes: string[] = [];
  const { hostname, port } = new URL(await bodyServer(outcomes));
  const socket = connect(Number(port), hostname);
  socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", () => setTimeout(() => socket.destroy(), 20));
  while (outcomes.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(outcomes[0]).toMatch(/aborted|unexpected EOF/);
});

test("any bytes are either read, or refused with 400 or 413", async () => {
  const url = await bodyServer();
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.tuple(fc.uint8Array({ maxLength: 1500 }), fc.nat(30), fc.nat(255)).map(([bytes, at, flip]) => {
      const packed = gzipSync(bytes);
      packed[at % packed.length] ^= flip;
      return new Uint8Array(packed);
    }),
  );
  await fc.assert(
    fc.asyncProperty(body, async (bytes) => {
      expect([200, 400, 413]).toContain((await post(url, bytes, "gzip")).status);
    }),
    { numRuns: 40 },
  );
});
