export { type AppendOutcome, type Appender, type SeriesRef } from "./appender.ts";
export { type LabelListing, type Querier, type Queryable, type SelectHints, type SeriesSet } from "./querier.ts";
export { type SelectionSource, type SeriesSelection } from "./selection.ts";
