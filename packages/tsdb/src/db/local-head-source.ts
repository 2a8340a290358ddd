import type { Head } from "../head/head.ts";
import { takeSelection } from "../head/take-selection.ts";
import { type HeadSource, WAL_REFS_A_PAGE } from "./head-source.ts";

/** The head's answers, on the thread that owns it. What it gives may be posted to another. */
export function localHeadSource(head: Head): HeadSource {
  return {
    series(chosen) {
      const refs = chosen ?? head.liveRefs();
      return {
        refs,
        labelAddresses: refs.map((ref) => head.labelSets.address(ref)),
        walRefs: Float64Array.from(refs, (ref) => head.series.walRefs[ref]),
        symbolGeneration: head.symbolGeneration,
      };
    },
    select: (part, refs, minTimeMs, maxTimeMs) => takeSelection(head, refs, minTimeMs, maxTimeMs, { part, withDetails: true }),
    release: (pin) => head.slabAllocator.release(pin),
    keptWalRefs(page, segment) {
      const first = page * WAL_REFS_A_PAGE;
      return Uint8Array.from({ length: WAL_REFS_A_PAGE }, (_, i) => (head.keepsWalRef(first + i, segment) ? 1 : 0));
    },
  };
}
