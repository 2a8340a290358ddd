import type { Head } from "../head/head.ts";
import { takeSelection } from "../head/take-selection.ts";
import { type HeadSource, WAL_REFS_A_PAGE } from "./head-source.ts";

/** The head's answers, on the thread that owns it. What it gives may be posted to another. */
export function localHeadSource(head: Head): HeadSource {
  return {
    refs: () => head.liveRefs(),
    series(refs) {
      const { labelSets, symbolGeneration } = head;
      const ownWalRefs = head.series.walRefs;
      const labelAddresses = new Uint32Array(refs.length);
      const walRefs = new Float64Array(refs.length);
      for (let i = 0; i < refs.length; i++) {
        labelAddresses[i] = labelSets.address(refs[i]);
        walRefs[i] = ownWalRefs[refs[i]];
      }
      return { labelAddresses, walRefs, symbolGeneration };
    },
    select: (part, refs, minTimeMs, maxTimeMs) => takeSelection(head, refs, minTimeMs, maxTimeMs, { part, withDetails: true }),
    release: (pin) => head.slabAllocator.release(pin),
    keptWalRefs(page, segment) {
      const first = page * WAL_REFS_A_PAGE;
      const kept = new Uint8Array(WAL_REFS_A_PAGE);
      for (let i = 0; i < WAL_REFS_A_PAGE; i++) kept[i] = head.keepsWalRef(first + i, segment) ? 1 : 0;
      return kept;
    },
  };
}
