import type { Labels } from "@ferula/model";
import type { LabelSymbols, Queryable } from "@ferula/storage";

/** Label sets as a storage holds them that knows texts by number; no number is 0. */
export function symbolsOf(sets: readonly Labels[]): LabelSymbols {
  const texts: string[] = [""];
  const starts = [0];
  const words: number[] = [];
  for (const labels of sets) {
    for (const text of labels) {
      if (!texts.includes(text)) texts.push(text);
      words.push(texts.indexOf(text));
    }
    starts.push(words.length);
  }
  return {
    symbols: Uint32Array.from(words),
    symbolStart: (index) => starts[index],
    symbolCount: (index) => starts[index + 1] - starts[index],
    symbolText: (symbol) => texts[symbol],
  };
}

/** The same storage, whose selects tell labels as numbers, too. `labelReads` counts how many label sets were asked for as texts. */
export function withSymbols(storage: Queryable): { readonly storage: Queryable; readonly labelReads: () => number } {
  let labelReads = 0;
  const querier: Queryable["querier"] = (minTimeMs, maxTimeMs) => {
    const plain = storage.querier(minTimeMs, maxTimeMs);
    return {
      ...plain,
      select: (matchers, hints) => {
        const set = plain.select(matchers, hints);
        const labelSymbols = symbolsOf(Array.from({ length: set.seriesCount }, (_, i) => set.labels(i)));
        const labels = (index: number): Labels => {
          labelReads++;
          return set.labels(index);
        };
        return { ...set, labels, labelSymbols };
      },
    };
  };
  return { storage: { querier }, labelReads: () => labelReads };
}
