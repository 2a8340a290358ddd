import type { ListingOptions } from "@ferula/promql";
import type { SeriesSelection } from "@ferula/storage";
import type { DbLabelSelection, DbSelection, SelectionReader } from "@ferula/tsdb";
import type { FederationTask } from "../federate/federator.ts";
import { writeFederation } from "../federate/write-federation.ts";
import type { SearchTask } from "../search/searcher.ts";
import { type ListSearched, writeSearch } from "../search/write-search.ts";

/** Makes what a worker writes, of selections that `reader` reads: the request of a `WritingJob` says what. */
export function createTaskWriter(
  reader: SelectionReader,
): (request: unknown, selections: readonly SeriesSelection[], output: Omit<ListingOptions, "limit">) => void {
  return (request, selections, output) => {
    const asked = request as FederationTask | SearchTask;
    if (asked.task === "federation") {
      const sets = selections.map((selection) => reader.open(selection as DbSelection));
      writeFederation(asked.form, sets, output);
    } else {
      const list: ListSearched = (limit, createFilter) =>
        selections.map((selection) => reader.listLabels(selection as DbLabelSelection, limit, createFilter?.()));
      writeSearch(asked.form, list, output);
    }
  };
}
