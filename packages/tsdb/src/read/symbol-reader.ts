import { Buffer } from "node:buffer";
import type { SharedMemory } from "@ferula/kernels";
import type { Labels } from "@ferula/model";

/** Strings that a thread keeps at a time; when there are more, it starts anew. */
const CACHED_STRINGS = 65_536;

/** Turns symbols and label sets in shared memory back into strings, on any thread. */
export interface SymbolReader {
  readonly text: (symbol: number) => string;
  /** What to read so many symbols with, each once: keeping more of them than are kept would cost as much as reading them. */
  readonly textOfMany: (count: number) => (symbol: number) => string;
  /** The labels of a block, see head/label-sets.ts. */
  readonly labels: (labelsAddress: number) => Labels;
  /**
   * Called before symbols of a selection are read, with its `symbolGeneration`: strings of symbols whose memory may have been used again are
   * forgotten. Selections may come in any order, as those that are pinned keep their symbols.
   */
  readonly enter: (symbolGeneration: number) => void;
}

/** A reader with its own cache of strings for the calling thread. */
export function createSymbolReader(shared: SharedMemory): SymbolReader {
  const cache = new Map<number, string>();
  let generation = 0;
  let bytes = Buffer.from(shared.memory.buffer);

  function read(symbol: number): string {
    if (bytes.length !== shared.u8.length) bytes = Buffer.from(shared.memory.buffer);
    return bytes.toString("utf8", symbol + 4, symbol + 4 + shared.u32[symbol >>> 2]);
  }

  function text(symbol: number): string {
    const cached = cache.get(symbol);
    if (cached !== undefined) return cached;
    const decoded = read(symbol);
    if (cache.size >= CACHED_STRINGS) cache.clear();
    cache.set(symbol, decoded);
    return decoded;
  }

  return {
    text,
    textOfMany: (count) => (count > CACHED_STRINGS ? read : text),
    enter(symbolGeneration) {
      if (symbolGeneration <= generation) return;
      generation = symbolGeneration;
      cache.clear();
    },
    labels(labelsAddress) {
      const { u32 } = shared;
      const word = labelsAddress >>> 2;
      const labels: string[] = [];
      for (let i = word + 1, end = word + 1 + u32[word] * 2; i < end; i++) labels.push(text(u32[i]));
      return labels;
    },
  };
}
