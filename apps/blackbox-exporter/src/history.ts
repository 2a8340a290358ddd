/** A probe that is over. */
export interface PastProbe {
  /** Counts up from 0. */
  readonly id: number;
  readonly module: string;
  readonly target: string;
  readonly success: boolean;
  /** What `debug=true` would have answered. */
  readonly debugText: string;
}

/** The last probes, and failures that success would have pushed out. */
export interface History {
  readonly add: (probe: Omit<PastProbe, "id">) => void;
  /** Newest first. */
  readonly list: () => readonly PastProbe[];
  readonly find: (id: number) => PastProbe | undefined;
  /** Of any module when `module` is "". */
  readonly findTarget: (target: string, module: string) => PastProbe | undefined;
}

/**
 * Remembers the last `limit` probes (0: none), and as many failures that were pushed out by later ones (prober/history.go). A target is looked
 * for among those failures first, and from the oldest on.
 */
export function createHistory(limit: number): History {
  let last: readonly PastProbe[] = [];
  let failures: readonly PastProbe[] = [];
  let nextId = 0;
  const list = (): readonly PastProbe[] => [...failures, ...last].toReversed();
  return {
    add(probe) {
      last = [...last, { ...probe, id: nextId++ }];
      if (last.length <= limit) return;
      const [oldest, ...rest] = last;
      last = rest;
      if (!oldest.success) failures = limit === 0 ? [] : [...failures, oldest].slice(-limit);
    },
    list,
    find: (id) => list().find((probe) => probe.id === id),
    findTarget: (target, module) => list().findLast((probe) => probe.target === target && (module === "" || probe.module === module)),
  };
}
