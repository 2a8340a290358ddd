import { setImmediate } from "node:timers/promises";
import type { Response } from "express";
import { isOver } from "./drain.ts";
import { goJson, goJsonPieces } from "./go-json.ts";

/** What an answer tells besides its data; each is left out where it is empty. */
export interface Notes {
  readonly warnings?: readonly string[];
  readonly infos?: readonly string[];
}

/** What an answer says when a limit cut its data. */
export const TRUNCATED = "results truncated due to limit";

/** Answers with data, see `goJson` for its form. */
export function sendData(res: Response, data: unknown, notes: Notes = {}): void {
  sendDataText(res, goJson(data), notes);
}

/** The event loop is given a turn after this long. */
const TURN_MS = 5;

/**
 * Answers with data that may be thousands of items, see `goJsonPieces`: others have their turn while it is written, which they take when
 * `giveWay` is called.
 */
export async function sendLongData(res: Response, data: unknown, giveWay: () => Promise<unknown> = setImmediate): Promise<void> {
  let json = "";
  let endMs = performance.now() + TURN_MS;
  for (const piece of goJsonPieces(data)) {
    json += piece;
    if (performance.now() < endMs) continue;
    await giveWay();
    if (isOver(res)) return;
    endMs = performance.now() + TURN_MS;
  }
  sendDataText(res, json);
}

/** Answers with data that is JSON already. */
export function sendDataText(res: Response, json: string, notes: Notes = {}): void {
  sendJson(res, 200, `${ENVELOPE_HEAD}${json}${notesJson(notes)}}`);
}

/** Sends a whole answer. */
export function sendJson(res: Response, status: number, json: string | Buffer): void {
  const bytes = typeof json === "string" ? Buffer.from(json) : json;
  // Without express' `set` and `send`, which would add a charset to the content type, which upstream's does not have.
  res.status(status).setHeader("Content-Type", JSON_TYPE);
  res.setHeader("Content-Length", bytes.length);
  res.end(bytes);
}

/** The content type of all answers. */
export const JSON_TYPE = "application/json";

/** The envelope of an answer up to its data. */
export const ENVELOPE_HEAD = '{"status":"success","data":';

/** The end of an envelope, but for its brace. */
export function notesJson({ warnings = [], infos = [] }: Notes): string {
  return (warnings.length > 0 ? `,"warnings":${goJson(warnings)}` : "") + (infos.length > 0 ? `,"infos":${goJson(infos)}` : "");
}
