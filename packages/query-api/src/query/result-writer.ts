import type { Response } from "express";
import { createDrain, isOver } from "../answer/drain.ts";
import { ENVELOPE_HEAD, JSON_TYPE, notesJson, sendJson, type Notes } from "../answer/envelope.ts";
import { goJson } from "../answer/go-json.ts";

/** Streams the answer to a query. */
export interface ResultWriter {
  /** Takes the next piece of the data's JSON. The promise is open while the client is slower than the query. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
  /** Sends what is left, with those of `fields` that are not undefined as the last ones of the data. */
  readonly end: (fields: Readonly<Record<string, unknown>>, notes: Notes) => void;
}

const CLOSE_BRACE = 0x7d;

/**
 * Nothing goes out before the second piece or the end is there, so that an error before that has a status of its own: an evaluation may
 * fail after its first piece. One piece stays held back until the end is known, as statistics stand inside of the data, before its last
 * brace. Whoever fails after the head is out must destroy the response.
 */
export function createResultWriter(res: Response): ResultWriter {
  const drained = createDrain(res);
  let held: Uint8Array | undefined;

  function send(bytes: Uint8Array | string): boolean {
    if (!res.headersSent) {
      res.status(200).setHeader("Content-Type", JSON_TYPE);
      res.write(ENVELOPE_HEAD);
    }
    return res.write(bytes);
  }

  return {
    async write(bytes) {
      if (bytes.length === 0 || isOver(res)) return;
      const before = held;
      held = bytes;
      if (before !== undefined && !send(before)) await drained();
    },
    end(fields, notes) {
      if (isOver(res)) return;
      if (held === undefined) throw new Error("BUG: a result must have data");
      const added = Object.entries(fields).filter(([, value]) => value !== undefined);
      const data = added.length === 0 ? held : withoutBrace(held);
      const addedJson = added.length === 0 ? "" : `${added.map(([name, value]) => `,"${name}":${goJson(value)}`).join("")}}`;
      const tail = `${addedJson}${notesJson(notes)}}`;
      if (res.headersSent) {
        res.write(data);
        res.end(tail);
      } else {
        // Most results are one piece: they go out in one write, with their length.
        sendJson(res, 200, Buffer.concat([Buffer.from(ENVELOPE_HEAD), data, Buffer.from(tail)]));
      }
    },
  };
}

function withoutBrace(data: Uint8Array): Uint8Array {
  if (data[data.length - 1] !== CLOSE_BRACE) throw new Error("BUG: the data of a result with statistics must end with a brace");
  return data.subarray(0, -1);
}
