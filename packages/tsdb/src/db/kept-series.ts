import type { SymbolReader } from "../read/symbol-reader.ts";
import type { SeriesRow } from "../wal/records/series.ts";
import { type HeadSource, seriesPages, WAL_REFS_A_PAGE } from "./head-source.ts";

/** Whether a checkpoint up to `segment` keeps the series with a reference of the log. The head is asked page by page, once each. */
export function keepWalRef(head: HeadSource): (walRef: number, segment: number) => boolean {
  const pages = new Map<number, Uint8Array>();
  return (walRef, segment) => {
    const number = Math.floor(walRef / WAL_REFS_A_PAGE);
    let page = pages.get(number);
    if (page === undefined) {
      page = head.keptWalRefs(number, segment);
      pages.set(number, page);
    }
    return page[walRef - number * WAL_REFS_A_PAGE] === 1;
  };
}

/** The records of all series that are in the head. */
export function keptSeries(head: HeadSource, symbolReader: SymbolReader): () => Iterable<SeriesRow> {
  return function* () {
    for (const { labelAddresses, walRefs, symbolGeneration } of seriesPages(head, head.refs())) {
      symbolReader.enter(symbolGeneration);
      for (let i = 0; i < labelAddresses.length; i++) yield { ref: walRefs[i], labels: symbolReader.labels(labelAddresses[i]) };
    }
  };
}
