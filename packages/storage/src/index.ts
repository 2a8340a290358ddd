export { type AppendOutcome, type Appender, type Rejection, type RejectionListener, type SeriesRef } from "./appender.ts";
export { type ChunkQuerier, type ChunkQueryable, type ChunkSeriesSet, type SeriesChunk } from "./chunk-querier.ts";
export {
  type LabelListing,
  type LabelSymbols,
  type Querier,
  type Queryable,
  type SelectHints,
  type SeriesSet,
  type StartColumns,
} from "./querier.ts";
export {
  type LabelRequest,
  type LabelSelection,
  type ListingSource,
  type SelectionSource,
  type SelectRequest,
  type SeriesSelection,
} from "./selection.ts";
