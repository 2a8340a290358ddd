import { decodeMetadata } from "../wal/records/metadata.ts";
import type { ReplayContext } from "../wal/replayers.ts";

/** Takes a record of metadata into the head. Throws RangeError when it is malformed. */
export function replayMetadata({ head, walRefs, tally }: ReplayContext, record: Uint8Array): void {
  for (const row of decodeMetadata(record)) {
    const ref = walRefs.find(row.ref);
    if (ref === 0) tally.unknownRefs.metadata++;
    else head.metadata.replay({ ...row, ref });
  }
}
