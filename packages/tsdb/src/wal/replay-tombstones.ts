import { decodeTombstoneRows } from "./records/tombstones.ts";
import type { Replayer } from "./replayers.ts";

/** Deletes again what was deleted; not what lies before the head. */
export const replayTombstones: Replayer = ({ head, walRefs, tally }, record) => {
  for (const { ref: walRef, interval } of decodeTombstoneRows(record)) {
    if (interval.maxTimeMs < head.times.leastValidMs) continue;
    const ref = walRefs.get(walRef);
    if (ref === 0) tally.unknownRefs++;
    else head.tombstones.add(ref, interval);
  }
};
