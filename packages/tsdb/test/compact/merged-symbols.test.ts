import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { compareUtf8, PromError } from "@ferula/model";
import { INDEX_V1, INDEX_V2 } from "../../src/block/format.ts";
import type { IndexReader } from "../../src/block/index-reader.ts";
import { mergedSymbols, mergeSymbols } from "../../src/compact/merged-symbols.ts";
import { character } from "../character.ts";

/** In the first version the number of a symbol is an offset: here 100 and every tenth from there. */
function indexOf(texts: readonly string[], version: number): Pick<IndexReader, "version" | "symbols"> {
  const at = (symbol: number): number => (version === INDEX_V1 ? (symbol - 100) / 10 : symbol);
  const text = (symbol: number): string => {
    const found = symbol === MISPLACED ? "half a symb" : texts[at(symbol)];
    if (found === undefined) throw new PromError("internal", `no symbol ${symbol}`);
    return found;
  };
  return { version, symbols: { count: texts.length, text, all: () => texts.values() } };
}

/** An offset in the middle of a symbol. */
const MISPLACED = 101;

const texts = fc.uniqueArray(fc.string({ unit: character, maxLength: 3 }), { maxLength: 20 }).map((list) => list.sort(compareUtf8));

test("all symbols come once and in order, and those of each block, of either version, keep their texts", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(texts, fc.constantFrom(INDEX_V1, INDEX_V2)), { maxLength: 4 }), (blocks) => {
      const sources = blocks.map(([list, version]) => mergedSymbols(indexOf(list, version)));
      const merged = [...mergeSymbols(sources)];
      expect(merged).toEqual([...new Set(blocks.flatMap(([list]) => list))].sort(compareUtf8));
      blocks.forEach(([list, version], k) => {
        const found = list.map((_, i) => merged[sources[k].numberOf(version === INDEX_V1 ? 100 + 10 * i : i)]);
        expect(found).toEqual(list);
      });
    }),
  );
});

test.each([
  { version: INDEX_V2, symbol: 2, message: "no symbol 2" },
  { version: INDEX_V1, symbol: 120, message: "no symbol 120" },
  { version: INDEX_V1, symbol: MISPLACED, message: '"half a symb" is no symbol of its block' },
])("symbol $symbol that version $version has not is damage", ({ version, symbol, message }) => {
  const source = mergedSymbols(indexOf(["a", "b"], version));
  expect([...mergeSymbols([source])]).toEqual(["a", "b"]);
  expect(() => source.numberOf(symbol)).toThrow(message);
});
