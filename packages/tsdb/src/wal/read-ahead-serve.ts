import type { Files } from "@ferula/files";
import { plainError, type PlainError } from "../db/plain-errors.ts";
import { type BlockContent, BlockFiller, type ReadPlace, type ReadSource } from "./block-filler.ts";
import { blockMemory } from "./read-ahead-block.ts";

/** What a thread that reads ahead is given. */
export interface ReadStart {
  readonly sources: readonly ReadSource[];
  readonly place: ReadPlace;
  /** Of `BLOCK_BYTES` each; at first all are the thread's to fill. */
  readonly blocks: readonly SharedArrayBuffer[];
}

/** What it says: a block is full, all is read, or reading failed. After the last two it says no more. */
export type ReaderMessage =
  | { readonly block: number; readonly content: BlockContent }
  | { readonly done: true }
  | { readonly error: PlainError };

/** Its end of the line; what comes is the numbers of blocks that may be filled again. */
export interface ReaderPort {
  readonly on: (event: "message", listener: (block: number) => void) => unknown;
  readonly postMessage: (message: ReaderMessage, transferList: ArrayBuffer[]) => void;
}

/** Reads sources into blocks, as long as there are blocks to fill. */
export function serveReading(port: ReaderPort, files: Files, { sources, place, blocks }: ReadStart): void {
  const memories = blocks.map(blockMemory);
  const filler = new BlockFiller(files, sources, place);
  const free = blocks.map((_, block) => block);
  let isOver = false;

  function fillNext(block: number): void {
    const content = filler.fill(memories[block]);
    if (content === undefined) {
      isOver = true;
      port.postMessage({ done: true }, []);
      return;
    }
    // The reader goes on to use its memory.
    const oversize = content.oversize?.slice();
    port.postMessage({ block, content: { ...content, oversize } }, oversize === undefined ? [] : [oversize.buffer]);
  }

  function readOn(): void {
    try {
      for (let block = free.shift(); block !== undefined && !isOver; block = free.shift()) fillNext(block);
    } catch (error) {
      isOver = true;
      filler.close();
      port.postMessage({ error: plainError(error) }, []);
    }
  }

  port.on("message", (block) => {
    free.push(block);
    if (!isOver) readOn();
  });
  readOn();
}
