/** What the hints in a block's description say of where its samples came from (tsdb/block.go `CompactionHintFromOutOfOrder` and after). */
export const COMPACTION_HINTS: {
  readonly outOfOrder: "from-out-of-order";
  readonly staleSeries: "from-stale-series";
  readonly selectedSeries: "from-selected-series";
} = { outOfOrder: "from-out-of-order", staleSeries: "from-stale-series", selectedSeries: "from-selected-series" };
