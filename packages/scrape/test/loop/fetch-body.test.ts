import { expect, test } from "@jest/globals";
import type { HttpClient } from "@ferula/http";
import { createSharedMemory } from "@ferula/kernels";
import { createWorkspaces } from "../../src/cache/workspace.ts";
import { fetchBody } from "../../src/loop/fetch-body.ts";

const REQUEST = { url: "http://target/metrics", signal: new AbortController().signal };

const LIMIT = { maxBodyBytes: 1_000_000, message: "too long" };

/** Answers with a body in these parts. */
function clientOf(parts: readonly Uint8Array[]): HttpClient {
  const head = { status: 200, reason: "OK", headers: new Map([["content-type", "text/plain; version=0.0.4"]]), body: new Uint8Array(0) };
  return {
    request: () => Promise.reject(new Error("bodies are streamed")),
    stream(_request, sink, onHead) {
      onHead?.(head);
      for (const part of parts) sink(part);
      return Promise.resolve(head);
    },
    close: () => Promise.resolve(),
  };
}

test.each([
  { why: "one part", lengths: [100], expectedBytes: 100 },
  { why: "parts that end within a word", lengths: [1, 3, 250, 7, 1001], expectedBytes: 1300 },
  { why: "an empty part", lengths: [5, 0, 6], expectedBytes: 11 },
  { why: "no bytes at all", lengths: [], expectedBytes: 0 },
  { why: "more than was expected", lengths: [4001, 9000, 9003], expectedBytes: 10 },
])("gathers a body of $why", async ({ lengths, expectedBytes }) => {
  const workspace = createWorkspaces(createSharedMemory());
  const parts = lengths.map((length, k) => Uint8Array.from({ length }, (_, i) => (i * 31 + k * 7) & 255));
  const { region, sizeBytes } = await fetchBody(clientOf(parts), REQUEST, LIMIT, expectedBytes, workspace);
  const { u8 } = workspace.shared;
  expect(Buffer.from(u8.slice(region.address, region.address + sizeBytes))).toEqual(Buffer.concat(parts));
});

test("a part goes no further than its own bytes", async () => {
  const workspace = createWorkspaces(createSharedMemory());
  const next = workspace.regions.allocate(4096);
  workspace.regions.free(next);
  workspace.shared.u8.fill(0xee, next.address, next.address + next.sizeBytes);
  const { region, sizeBytes } = await fetchBody(clientOf([Uint8Array.of(1, 2, 3)]), REQUEST, LIMIT, 0, workspace);
  expect([region.address, sizeBytes]).toEqual([next.address, 3]);
  expect([...workspace.shared.u8.subarray(region.address, region.address + 6)]).toEqual([1, 2, 3, 0xee, 0xee, 0xee]);
});

test("a body of many parts takes no more memory than twice its limit", async () => {
  const workspace = createWorkspaces(createSharedMemory());
  const limit = { maxBodyBytes: 100 * 2 ** 20, message: "too long" };
  const before = workspace.shared.usedBytes;
  const part = new Uint8Array(2 ** 20);
  await fetchBody(clientOf(Array.from({ length: 100 }, () => part)), REQUEST, limit, 0, workspace);
  expect(workspace.shared.usedBytes - before).toBeLessThan(2 * limit.maxBodyBytes);
});
