/** References in records to series that the log does not tell of (any more), by upstream's names of what refers to them. */
export interface UnknownRefs {
  samples: number;
  exemplars: number;
  histograms: number;
  metadata: number;
  tombstones: number;
}

/** As many as there are before the first record. */
export function noUnknownRefs(): UnknownRefs {
  return { samples: 0, exemplars: 0, histograms: 0, metadata: 0, tombstones: 0 };
}

/** All of them together. */
export function countUnknown(refs: Readonly<Partial<UnknownRefs>>): number {
  return Object.values(refs).reduce((sum, count) => sum + count, 0);
}
