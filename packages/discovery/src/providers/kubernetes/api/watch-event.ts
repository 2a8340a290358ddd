import { createJsonReader } from "../../json/reader.ts";
import { asObject, partOf, textOf, type Wire } from "../objects/wire.ts";
import { statusError, unreadable } from "./api-error.ts";

/** Something that has happened to an object. */
export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK";
  readonly object: Wire;
}

const TYPES: ReadonlySet<string> = new Set(["ADDED", "MODIFIED", "DELETED", "BOOKMARK"]);

/** The event of a line. Throws the ApiError that it may be, and an Error that says what is wrong with a line that is none, and where. */
export function readEvent(line: Buffer): WatchEvent {
  const event = parseEvent(line);
  const type = textOf(event, "type");
  const object = partOf(event, "object");
  if (type === "ERROR") throw statusError(object);
  if (!TYPES.has(type)) throw unreadable(AN_EVENT, new Error(`unknown type ${JSON.stringify(type)}`));
  return { type: type as WatchEvent["type"], object };
}

const AN_EVENT = "an event of the watch";

function parseEvent(line: Buffer): Wire {
  const json = createJsonReader(line);
  try {
    const event = asObject(json.value());
    json.end();
    return event;
  } catch (error) {
    throw unreadable(AN_EVENT, error);
  }
}
