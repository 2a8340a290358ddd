import { createTimeSlice } from "@ferula/lifecycle";
import { createJsonReader } from "./reader.ts";
import type { Read } from "./shape.ts";

/** Reads a body of JSON. Fails with an Error that says what is wrong with it, and where; rejects with what `signal` aborts with. */
export type ReadBody<T> = (body: Buffer, signal: AbortSignal) => T | Promise<T>;

/** No turn of the event loop takes much longer than that. */
const SLICE_MS = 10;

/** Reads a body in one go: for those that are short, as the names of ten thousand services are. */
export function wholeOf<T>(read: Read<T>): ReadBody<T> {
  return (body) => {
    const json = createJsonReader(body);
    const value = json.value();
    json.end();
    return read(value, "");
  };
}

/** Reads a body that is a list, item by item, in slices of time: 64 MiB of instances would hold up everything else for a second. */
export function itemsOf<T>(read: Read<T>): ReadBody<readonly T[]> {
  return async (body, signal) => {
    const json = createJsonReader(body);
    const slice = createTimeSlice(SLICE_MS);
    const items: T[] = [];
    if (json.takeNull()) {
      json.end();
      return items;
    }
    if (json.kind() !== "a list") throw json.failure(`the answer must be a list, not ${json.kind()}`);
    json.open();
    while (json.hasItem("]", items.length)) {
      items.push(read(json.value(), `[${items.length}]`));
      if (!slice.isSpent()) continue;
      await slice.yield();
      signal.throwIfAborted();
    }
    json.end();
    return items;
  };
}
