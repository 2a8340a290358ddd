import { createServer } from "node:tls";
import type { AddressInfo, Socket } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { afterTest, cleanUp, exporter } from "../support.ts";
import { besiege, headOf, pour, rawTarget, type Defence } from "./support.ts";

afterEach(cleanUp);

const TEXT = { "content-type": "text/plain; version=0.0.4" };

const attacks: readonly { why: string; attack: (socket: Socket) => void; want: RegExp; defence?: Defence }[] = [
  {
    why: "a socket that is closed in mid-body",
    attack: (socket) => void socket.end(`${headOf({ "content-length": "1000" })}a 1\n`),
    want: /^unexpected EOF$/,
  },
  {
    why: "a socket that is closed in a body of pieces",
    attack: (socket) => void socket.end(`${headOf({ "transfer-encoding": "chunked" })}4\r\na 1\n\r\n`),
    want: /^unexpected EOF$/,
  },
  {
    why: "a socket that is closed at once",
    attack: (socket) => void socket.destroy(),
    want: /^Get "http:.*: (EOF|unexpected EOF|read tcp)/,
  },
  { why: "silence", attack: () => undefined, want: /^Get "http:.*": context deadline exceeded$/, defence: { untilDeadline: true } },
  {
    why: "headers without end",
    attack(socket) {
      socket.write("HTTP/1.1 200 OK\r\n");
      pour(socket, `x-more: ${"y".repeat(1000)}\r\n`);
    },
    want: /^Get "http:.*": net\/http: server response headers exceeded the limit$/,
  },
  {
    why: "one header without end",
    attack(socket) {
      socket.write("HTTP/1.1 200 OK\r\nx-more: ");
      pour(socket, "y".repeat(1000));
    },
    want: /^Get "http:.*": net\/http: server response headers exceeded the limit$/,
  },
  {
    why: "headers that drip",
    attack(socket) {
      socket.write("HTTP/1.1 200 OK\r\nx-more: ");
      const drip = setInterval(() => socket.write("y"), 20);
      socket.once("close", () => clearInterval(drip));
    },
    want: /^Get "http:.*": context deadline exceeded$/,
    defence: { untilDeadline: true },
  },
  {
    why: "a status line that is none",
    attack: (socket) => void socket.end("220 mail ready\r\n\r\n"),
    want: /^Get "http:.*": net\/http: HTTP\/1\.x transport connection broken: malformed HTTP response/,
  },
  {
    why: "a status that is none",
    attack: (socket) => void socket.end("HTTP/1.1 abc OK\r\n\r\n"),
    want: /^Get "http:.*": net\/http: HTTP\/1\.x transport connection broken: malformed HTTP response/,
  },
  {
    why: "plain text where TLS is spoken",
    attack: (socket) => void socket.end(headOf()),
    want: /^Get "https:.*": http: server gave HTTP response to HTTPS client$/,
    defence: { scheme: "https" },
  },
  {
    why: "a handshake that ends at once",
    attack: (socket) => void socket.destroy(),
    want: /^Get "https:.*": (EOF|unexpected EOF|read tcp: connection reset by peer)$/,
    defence: { scheme: "https" },
  },
  {
    why: "a handshake that goes nowhere",
    attack: () => undefined,
    want: /^Get "https:.*": context deadline exceeded$/,
    defence: { scheme: "https", untilDeadline: true },
  },
];

test.each(attacks)("$why is told, and delays nobody else", async ({ attack, want, defence }) => {
  const { health, lastError, otherScrapes } = await besiege(await rawTarget(attack), defence);
  expect([health, lastError]).toEqual(["down", expect.stringMatching(want)]);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test("a TLS server with which nothing can be agreed on is told", async () => {
  // Without a certificate there is no cipher for it.
  const server = createServer({}).on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterTest(() => new Promise((resolve) => server.close(resolve)));
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { health, lastError, otherScrapes } = await besiege(address, { scheme: "https" });
  expect([health, lastError]).toEqual(["down", expect.stringMatching(/^Get "https:.*": remote error: tls: .*handshake failure/)]);
  expect(otherScrapes).toEqual(["15", "30"]);
});

test.each([
  { why: "to the same place", next: () => "/metrics" },
  { why: "to ever new places", next: (count: number) => `/metrics/${count}` },
])("redirects without end, $why, end at the tenth", async ({ next }) => {
  let count = 0;
  const { address, requestCount } = await exporter((_req, res) => void res.writeHead(302, { ...TEXT, location: next(++count) }).end());
  const { health, lastError, otherScrapes } = await besiege(address);
  expect([health, lastError]).toEqual(["down", expect.stringMatching(/^Get ".*": stopped after 10 redirects$/)]);
  expect([requestCount(), otherScrapes]).toEqual([20, ["15", "30"]]);
});
