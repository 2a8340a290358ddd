import { decodeExemplars } from "../wal/records/exemplars.ts";
import type { ReplayContext } from "../wal/replayers.ts";

/** Takes a record of exemplars into the head, also those from before its time: no block has them. Throws RangeError when it is malformed. */
export function replayExemplars({ head, walRefs, tally }: ReplayContext, record: Uint8Array): void {
  if (head.exemplars.ring.limit === 0) return;
  for (const row of decodeExemplars(record)) {
    const ref = walRefs.find(row.ref);
    if (ref === 0) tally.unknownRefs.exemplars++;
    else head.exemplars.replay({ ...row, ref });
  }
}
