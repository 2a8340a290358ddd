import { wireKey } from "./objects/object-meta.ts";
import { partOf, textOf, type Wire } from "./objects/wire.ts";

/** What has happened to an object. */
export interface Change<T> {
  readonly event: "add" | "update" | "delete";
  readonly key: string;
  readonly before: T | undefined;
  readonly after: T | undefined;
}

/** What is kept of the objects of one kind, by key. */
export interface ObjectStore<T> {
  readonly get: (key: string) => T | undefined;
  readonly has: (key: string) => boolean;
  /** An object is there, perhaps as it was before. Returns its key. */
  readonly put: (wire: Wire) => string;
  readonly remove: (wire: Wire) => void;
  /** Takes out the objects of a namespace, or of all of them if it is "", that aren't among `keys`. */
  readonly keepOnly: (namespace: string, keys: ReadonlySet<string>) => void;
}

interface Entry<T> {
  readonly version: string;
  readonly object: T;
}

/** A store that keeps of each object what `read` makes of it, and tells `onChange` of what has changed. */
export function createObjectStore<T>(read: (wire: Wire) => T, onChange: (change: Change<T>) => void): ObjectStore<T> {
  const entries = new Map<string, Entry<T>>();

  function take(key: string): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    onChange({ event: "delete", key, before: entry.object, after: undefined });
  }

  return {
    get: (key) => entries.get(key)?.object,
    has: (key) => entries.has(key),
    put(wire) {
      const key = wireKey(wire);
      const version = textOf(partOf(wire, "metadata"), "resourceVersion");
      const known = entries.get(key);
      // A list tells all objects anew.
      if (known !== undefined && version !== "" && known.version === version) return key;
      const object = read(wire);
      entries.set(key, { version, object });
      onChange({ event: known === undefined ? "add" : "update", key, before: known?.object, after: object });
      return key;
    },
    remove: (wire) => take(wireKey(wire)),
    keepOnly(namespace, keys) {
      const prefix = namespace === "" ? "" : `${namespace}/`;
      for (const key of [...entries.keys()]) if (key.startsWith(prefix) && !keys.has(key)) take(key);
    },
  };
}
