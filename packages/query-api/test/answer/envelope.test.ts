import { expect, test } from "@jest/globals";
import type { Response } from "express";
import { sendData, sendLongData } from "../../src/answer/envelope.ts";
import { eachAs } from "../../src/answer/go-json.ts";

/** What an answer comes to; the client is gone once `goneAfter` pieces of work were done. */
function fakeResponse() {
  const sent: { body?: string; length?: unknown } = {};
  const res = {
    destroyed: false,
    writableEnded: false,
    status: () => res,
    setHeader: (name: string, value: unknown) => {
      if (name === "Content-Length") sent.length = value;
    },
    end: (bytes: Buffer) => {
      sent.body = bytes.toString();
    },
  };
  return { res: res as unknown as Response & { destroyed: boolean }, sent };
}

/** An item that takes longer than a turn to write. */
function slowItem(i: number): string {
  const endMs = performance.now() + 8;
  while (performance.now() < endMs);
  return `é${i}`;
}

test("a long answer gives way while it is written, and is what it would be at once", async () => {
  const long = fakeResponse();
  let turns = 0;
  await sendLongData(long.res, { rows: eachAs([1, 2, 3], slowItem) }, async () => void turns++);
  const whole = fakeResponse();
  sendData(whole.res, { rows: ["é1", "é2", "é3"] });
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(long.sent).toEqual(whole.sent);
});

test("a client that has gone is not written for", async () => {
  const { res, sent } = fakeResponse();
  let made = 0;
  const rows = eachAs([1, 2, 3], (i) => slowItem(++made + i));
  await sendLongData(res, { rows }, async () => {
    res.destroyed = true;
  });
  expect(made).toBe(1);
  expect(sent).toEqual({});
});
