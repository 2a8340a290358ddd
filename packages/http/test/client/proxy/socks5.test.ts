import { connect, createServer, type Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import fc from "fast-check";
import { openSocksTunnel } from "../../../src/client/proxy/socks5.ts";
import { isHttpClientError } from "../../../src/index.ts";
import { afterTest, cleanUp } from "../../support.ts";
import { listening } from "../servers.ts";

afterEach(cleanUp);

/** A connection to a server that says these bytes at once, and then no more; `heard` is what it was told until the end. */
async function connected(bytes: Uint8Array): Promise<{ readonly socket: Socket; readonly heard: Promise<Buffer> }> {
  let tell: (heard: Buffer) => void = () => undefined;
  const heard = new Promise<Buffer>((resolve) => (tell = resolve));
  const port = await listening(
    createServer((socket) => {
      const parts: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => void parts.push(chunk));
      socket.on("end", () => tell(Buffer.concat(parts)));
      socket.write(bytes);
    }),
  );
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  afterTest(() => socket.destroy());
  await new Promise((resolve) => socket.once("connect", resolve));
  return { socket, heard };
}

test.each([
  { host: "10.1.2.3", want: "010a010203", why: "an address of IPv4" },
  { host: "2001:db8::1:0", want: "0420010db8000000000000000000010000", why: "an address of IPv6" },
  { host: "::ffff:10.1.2.3", want: "0400000000000000000000ffff0a010203", why: "a mapped address" },
  { host: "far.example", want: `030b${Buffer.from("far.example").toString("hex")}`, why: "a name" },
])("$why is asked for in its own form, and what follows the reply stays for the next reader", async ({ host, want }) => {
  const { socket, heard } = await connected(Uint8Array.of(5, 0, 5, 0, 0, 3, 1, 120, 0, 80, 42));
  const tunnel = await openSocksTunnel(socket, { host, port: 443 }, undefined);
  const [rest] = (await new Promise((resolve) => tunnel.once("data", (chunk) => resolve(chunk)))) as Uint8Array;
  expect(rest).toBe(42);
  tunnel.end();
  expect((await heard).toString("hex")).toBe(`050100050100${want}01bb`);
});

test.each([
  { bytes: [4, 0], want: "unexpected protocol version 4" },
  { bytes: [5, 0xff], want: "no acceptable authentication methods" },
  { bytes: [5, 2, 1, 1], want: "username/password authentication failed" },
  { bytes: [5, 2, 2, 0], want: "invalid username/password version" },
  { bytes: [5, 0, 5, 2, 0, 1], want: "unknown error connection not allowed by ruleset" },
  { bytes: [5, 0, 5, 99, 0, 1], want: "unknown error unknown code: 99" },
  { bytes: [5, 0, 5, 0, 0, 9], want: "unknown address type" },
])("the answer $bytes is told: $want", async ({ bytes, want }) => {
  const { socket } = await connected(Uint8Array.from(bytes));
  await expect(openSocksTunnel(socket, { host: "a", port: 1 }, { name: "n", password: "p" })).rejects.toThrow(`->a:1: ${want}`);
  expect(socket.destroyed).toBe(true);
});

test("whatever a proxy says, a tunnel opens or an error of ours ends it", async () => {
  const bytes = fc.uint8Array({ maxLength: 24 }).map((rest) => Uint8Array.of(5, 0, ...rest));
  await fc.assert(
    fc.asyncProperty(bytes, async (said) => {
      const server = createServer((socket) => socket.on("error", () => undefined).end(said));
      const socket = connect(await listening(server), "127.0.0.1");
      socket.on("error", () => undefined);
      await new Promise((resolve) => socket.once("connect", resolve));
      const outcome: unknown = await openSocksTunnel(socket, { host: "a", port: 1 }, undefined).catch((reason: unknown) => reason);
      socket.destroy();
      server.close();
      expect(outcome === socket || isHttpClientError(outcome) || (outcome as { code?: unknown }).code !== undefined).toBe(true);
    }),
    { numRuns: 50 },
  );
});
