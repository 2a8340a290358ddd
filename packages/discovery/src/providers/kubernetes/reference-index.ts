/** Which groups depend on which objects. */
export interface ReferenceIndex {
  /** Takes the place of what `key` depended on before. */
  readonly set: (key: string, refs: readonly string[]) => void;
  /** The keys that depend on what `ref` names. */
  readonly dependents: (ref: string) => Iterable<string>;
}

/** An index in which nothing depends on anything. */
export function createReferenceIndex(): ReferenceIndex {
  const refsOf = new Map<string, readonly string[]>();
  const keysOf = new Map<string, Set<string>>();

  function drop(key: string, ref: string): void {
    const keys = keysOf.get(ref);
    keys?.delete(key);
    if (keys?.size === 0) keysOf.delete(ref);
  }

  return {
    set(key, refs) {
      for (const ref of refsOf.get(key) ?? []) drop(key, ref);
      if (refs.length === 0) refsOf.delete(key);
      else refsOf.set(key, refs);
      for (const ref of refs) {
        const keys = keysOf.get(ref);
        if (keys === undefined) keysOf.set(ref, new Set([key]));
        else keys.add(key);
      }
    },
    dependents: (ref) => keysOf.get(ref) ?? [],
  };
}
