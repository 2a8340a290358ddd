import type { Files } from "@ferula/files";
import type { SharedMemory } from "@ferula/kernels";
import { HeadChunkReader } from "../head-chunks/head-chunk-reader.ts";
import type { HeadSelection } from "../read/head-selection.ts";
import { openHeadSelection } from "../read/open-head-selection.ts";
import type { SymbolReader } from "../read/symbol-reader.ts";
import { HEAD_CHUNKS_FOLDER } from "./folders.ts";
import type { SelectedChunks } from "./head-block.ts";

/** What selections of the head are opened with on the thread of the jobs. */
export interface SelectionOpenerOptions {
  readonly shared: SharedMemory;
  readonly files: Files;
  /** The folder of the database. */
  readonly dir: string;
  readonly symbolReader: SymbolReader;
  readonly decodeScratch: number;
}

/** Opens selections of the head chunk by chunk, with one reader of the head's chunk files for all of them. */
export function selectionOpener(options: SelectionOpenerOptions): (selection: HeadSelection) => SelectedChunks {
  const { shared, files, dir, symbolReader, decodeScratch } = options;
  const headChunks = new HeadChunkReader({ files, folder: `${dir}/${HEAD_CHUNKS_FOLDER}` });
  return (selection) => openHeadSelection(shared, selection, { symbolReader, decodeScratch, headChunks });
}
