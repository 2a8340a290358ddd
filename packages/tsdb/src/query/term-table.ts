import { compareUtf8 } from "@ferula/model";
import { sortTexts } from "./sort-texts.ts";

/** Texts as numbers from 0, in the order in which they come, and their order by UTF-8 bytes. */
export class TermTable {
  private readonly texts: string[] = [];
  private readonly numbers = new Map<string, number>();
  /** The terms that have been ranked, by their texts. */
  private sorted: Uint32Array = new Uint32Array(0);
  private rankOf: Uint32Array = new Uint32Array(0);

  get count(): number {
    return this.texts.length;
  }

  /** The number of a text. */
  add(text: string): number {
    const known = this.numbers.get(text);
    if (known !== undefined) return known;
    const added = this.texts.push(text) - 1;
    this.numbers.set(text, added);
    return added;
  }

  /** The place of each term among all of them, by its number. Only what was added since the last time is compared. */
  ranks(): Uint32Array {
    if (this.rankOf.length < this.texts.length) {
      this.sorted = this.sortedWith(sortTexts(this.texts.slice(this.sorted.length)));
      this.rankOf = new Uint32Array(this.sorted.length);
      for (let rank = 0; rank < this.sorted.length; rank++) this.rankOf[this.sorted[rank]] = rank;
    }
    return this.rankOf;
  }

  /** The sorted terms with `added`, which are sorted: what lies between two of these is copied as it stands. */
  private sortedWith(added: readonly string[]): Uint32Array {
    const { sorted: before, numbers } = this;
    const merged = new Uint32Array(before.length + added.length);
    let from = 0;
    for (let i = 0; i < added.length; i++) {
      const to = this.firstBehind(added[i], from);
      merged.set(before.subarray(from, to), from + i);
      merged[to + i] = numbers.get(added[i]) ?? 0;
      from = to;
    }
    merged.set(before.subarray(from), from + added.length);
    return merged;
  }

  /** The first place from `from` on in `sorted` whose text is behind `text`. */
  private firstBehind(text: string, from: number): number {
    const { sorted, texts } = this;
    let low = from;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareUtf8(texts[sorted[middle]], text) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
