import { compareUtf8, PromError } from "@ferula/model";
import { INDEX_V1 } from "../block/format.ts";
import type { IndexReader } from "../block/index-reader.ts";
import { BinaryHeap } from "./binary-heap.ts";

/** The symbols of a block, and which ones they become where it is merged with others. */
export interface MergedSymbols {
  /** In order. */
  readonly texts: () => Iterator<string>;
  /** To be told for each of `texts`, in their order, which number it has among all. */
  readonly setNumber: (text: string, number: number) => void;
  /** The number among all of the symbol with a number of the block's own. Throws PromError("internal") where the block has none such. */
  readonly numberOf: (symbol: number) => number;
}

/** The symbols of a block that is to be merged with others; numbers are known when `mergeSymbols` has ended. */
export function mergedSymbols({ version, symbols }: Pick<IndexReader, "version" | "symbols">): MergedSymbols {
  const texts = (): Iterator<string> => symbols.all();
  if (version === INDEX_V1) {
    // Its symbols are offsets; blocks that old are few and small.
    const numbers = new Map<string, number>();
    return {
      texts,
      setNumber: (text, number) => void numbers.set(text, number),
      numberOf(symbol) {
        const text = symbols.text(symbol);
        const number = numbers.get(text);
        if (number === undefined) throw new PromError("internal", `cannot merge blocks: ${JSON.stringify(text)} is no symbol of its block`);
        return number;
      },
    };
  }
  const numbers = new Uint32Array(symbols.count);
  let count = 0;
  return {
    texts,
    setNumber(_text, number) {
      numbers[count++] = number;
    },
    numberOf(symbol) {
      // The text of a symbol that there is none of tells the place of the damage.
      if (symbol >= numbers.length) symbols.text(symbol);
      return numbers[symbol];
    },
  };
}

/** The symbols of several blocks, ascending by their UTF-8 bytes, each once. */
export function* mergeSymbols(sources: readonly MergedSymbols[]): Generator<string> {
  const queues = new BinaryHeap<SymbolQueue>((a, b) => compareUtf8(a.next, b.next) < 0);
  const enqueue = (source: MergedSymbols, rest: Iterator<string>): void => {
    const { done, value } = rest.next();
    if (done !== true) queues.push({ source, rest, next: value });
  };
  for (const source of sources) enqueue(source, source.texts());
  let previous: string | undefined;
  let count = 0;
  for (let queue = queues.pop(); queue !== undefined; queue = queues.pop()) {
    if (queue.next !== previous) {
      yield queue.next;
      count++;
    }
    previous = queue.next;
    queue.source.setNumber(queue.next, count - 1);
    enqueue(queue.source, queue.rest);
  }
}

interface SymbolQueue {
  readonly source: MergedSymbols;
  readonly rest: Iterator<string>;
  readonly next: string;
}
