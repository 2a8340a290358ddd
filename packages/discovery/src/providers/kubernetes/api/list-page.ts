import { createTimeSlice } from "@ferula/lifecycle";
import { createJsonReader } from "../../json/reader.ts";
import { asObject, optionalText, textOf, type Wire } from "../objects/wire.ts";

/** What a page of a list tells besides its objects. */
export interface Page {
  /** The version of the whole list. */
  readonly version: string;
  /** Asks for the next page; "" on the last. */
  readonly next: string;
}

/** The longest that one turn of the event loop reads objects of a page. */
const SLICE_MS = 10;

/**
 * Hands on the objects of a page one by one, in slices of time, so that no more than one of them is held. Rejects with an Error that says
 * what is wrong, and where; of what is no list there would be no version to watch from.
 */
export async function readPage(body: Buffer, onObject: (object: Wire) => void, signal: AbortSignal): Promise<Page> {
  const json = createJsonReader(body);
  const slice = createTimeSlice(SLICE_MS);

  async function readItems(): Promise<void> {
    json.open();
    for (let i = 0; json.hasItem("]", i); i++) {
      onObject(asObject(json.value()));
      if (!slice.isSpent()) continue;
      await slice.yield();
      signal.throwIfAborted();
    }
  }

  let meta: Wire = {};
  if (json.kind() !== "an object") throw json.failure(`it must be an object, not ${json.kind()}`);
  json.open();
  for (let i = 0; json.hasItem("}", i); i++) {
    const key = json.key();
    if (key === "items" && json.kind() === "a list") await readItems();
    else if (key === "metadata") meta = asObject(json.value());
    else json.value();
  }
  json.end();
  const version = optionalText(meta, "resourceVersion");
  if (version === undefined) throw new Error("it has no resource version");
  return { version, next: textOf(meta, "continue") };
}
