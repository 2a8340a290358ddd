import type { Logger } from "@ferula/logging";
import { metricTypeOf, readText, type WriteColumns } from "@ferula/wire";
import type { SeriesMetadataRow, SeriesMetadataSink } from "./sinks.ts";
import type { Workspace } from "./workspace.ts";

/** Where metadata goes. */
export interface MetadataDeps {
  readonly metadata?: SeriesMetadataSink | undefined;
  readonly logger: Logger;
}

/** Hands on what a request of 2.0 tells of its series, and returns whether that could be kept. That it can't never fails a request. */
export function appendMetadata({ metadata, logger }: MetadataDeps, { columns, seriesRefs }: Workspace): boolean {
  if (metadata === undefined) return true;
  const rows: SeriesMetadataRow[] = [];
  for (let i = 0; i < columns.seriesCount; i++)
    if (seriesRefs[i] !== 0 && isTold(columns, i)) rows.push(metadataRow(columns, i, seriesRefs[i]));
  if (rows.length === 0) return true;
  try {
    metadata(rows);
    return true;
  } catch (err) {
    logger.warn("error while updating metadata from remote write", { err });
    return false;
  }
}

function isTold({ metadata }: WriteColumns, i: number): boolean {
  return (metadata[3 * i] | metadata[3 * i + 1] | metadata[3 * i + 2]) !== 0;
}

function metadataRow({ bytes, metadata, symbolRanges }: WriteColumns, i: number, ref: number): SeriesMetadataRow {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const symbol = (number: number): string => readText(text, symbolRanges[2 * number], symbolRanges[2 * number + 1]);
  return { ref, type: metricTypeOf(metadata[3 * i]), help: symbol(metadata[3 * i + 1]), unit: symbol(metadata[3 * i + 2]) };
}
