import type { SharedMemory } from "@ferula/kernels";
import type { TimeSlice } from "@ferula/lifecycle";
import { countDistinct } from "../cache/distinct.ts";
import { CONTEXT_WORDS, entryOf, type EntryTable, STAMPED } from "./entry-table.ts";

/** What an entry that is looked for must be like. */
export interface WantedEntry {
  keyStart: number;
  keyLength: number;
  kind: number;
  /** CONTEXT_WORDS words. */
  readonly context: Uint32Array;
  slotCount: number;
  /** The bounds of its slots; more may stand behind them. */
  bounds: Float64Array;
  /** The same memory as `bounds`. */
  boundBits: Uint32Array;
}

/** An empty wish, to be filled in. */
export function createWantedEntry(): WantedEntry {
  const bounds = new Float64Array(64);
  const boundBits = new Uint32Array(bounds.buffer);
  return { keyStart: 0, keyLength: 0, kind: 0, context: new Uint32Array(CONTEXT_WORDS), slotCount: 0, bounds, boundBits };
}

/** Adds a slot with a bound to a wish. */
export function wantSlot(wanted: WantedEntry, bound: number): void {
  if (wanted.slotCount === wanted.bounds.length) {
    const bounds = new Float64Array(wanted.bounds.length * 2);
    bounds.set(wanted.bounds);
    wanted.bounds = bounds;
    wanted.boundBits = new Uint32Array(bounds.buffer);
  }
  wanted.bounds[wanted.slotCount++] = bound;
}

/** How the contexts of entries compare. */
export interface ContextRules {
  /** Whether the context at the word `at` of `contexts` means the same as `wanted`. */
  readonly same: (contexts: Uint32Array, at: number, wanted: Uint32Array) => boolean;
  /** The same for contexts that mean the same. */
  readonly hash: (context: Uint32Array) => number;
}

/** Finds the entries of a table. */
export interface KnownEntries {
  /** The entry that is like `wanted`, or -1: that of the number `near`, one close behind it, or any. */
  readonly find: (wanted: WantedEntry, near: number) => number;
  /** Whether entries are looked for one by one that an index would find. */
  readonly wantsIndex: () => boolean;
  /** Makes the index, in slices. */
  readonly makeIndex: (slice: TimeSlice) => Generator<undefined, void>;
}

/** How many entries ahead are tried before all of them are looked through. */
const LOOK_AHEAD = 8;

/** As many entries go into the index between two looks at the clock. */
const ENTRIES_AT_ONCE = 256;

/** Finds entries of `table`, which no longer changes. */
export function createKnownEntries(shared: SharedMemory, table: EntryTable, contexts: ContextRules): KnownEntries {
  let index: Int32Array | undefined;
  let hasScanned = false;
  const { same } = contexts;

  function matches(i: number, wanted: WantedEntry): boolean {
    const { kinds, keyLengths, firstSlots } = table;
    if ((kinds[i] & ~STAMPED) !== wanted.kind || keyLengths[i] !== wanted.keyLength) return false;
    const slot = firstSlots[i];
    if (firstSlots[i + 1] - slot !== wanted.slotCount) return false;
    if (!same(table.contexts, CONTEXT_WORDS * i, wanted.context)) return false;
    const words = 2 * wanted.slotCount;
    for (let k = 0; k < words; k++) if (table.boundBits[2 * slot + k] !== wanted.boundBits[k]) return false;
    return areEqual(shared.u8, table.keyStarts[i], wanted.keyStart, wanted.keyLength);
  }

  function find(wanted: WantedEntry, near: number): number {
    const { entryCount } = table;
    const nearEnd = near + LOOK_AHEAD < entryCount ? near + LOOK_AHEAD : entryCount;
    for (let i = near; i < nearEnd; i++) if (matches(i, wanted)) return i;
    if (index === undefined) return scan(wanted);
    const mask = index.length - 1;
    for (let at = hashOf(wanted) & mask; index[at] !== 0; at = (at + 1) & mask) if (matches(index[at] - 1, wanted)) return index[at] - 1;
    return -1;
  }

  function scan(wanted: WantedEntry): number {
    hasScanned = true;
    for (let i = 0; i < table.entryCount; i++) if (matches(i, wanted)) return i;
    return -1;
  }

  /** Open addressing, at most half full; a place holds an entry's number and one, or 0. Of entries that are alike the first is in. */
  function* buildIndex(slice: TimeSlice): Generator<undefined, Int32Array> {
    const built = new Int32Array(2 ** Math.ceil(Math.log2(2 * table.entryCount + 2)));
    const mask = built.length - 1;
    const entry = createWantedEntry();
    for (let i = 0; i < table.entryCount; i++) {
      if (i % ENTRIES_AT_ONCE === 0 && slice.isSpent()) yield;
      wantEntry(table, i, entry);
      let at = hashOf(entry) & mask;
      while (built[at] !== 0 && !matches(built[at] - 1, entry)) at = (at + 1) & mask;
      if (built[at] === 0) built[at] = i + 1;
    }
    return built;
  }

  function hashOf(wanted: WantedEntry): number {
    const hash = hashBytes(shared.u8, wanted.keyStart, wanted.keyLength, contexts.hash(wanted.context) ^ wanted.kind);
    return hashWords(wanted.boundBits, 2 * wanted.slotCount, hash);
  }

  return {
    find,
    wantsIndex: () => index === undefined && hasScanned,
    *makeIndex(slice) {
      index = yield* buildIndex(slice);
    },
  };
}

/** How many of some slots differ in what the body names them by. */
export function differentSlots(shared: SharedMemory, table: EntryTable, slots: Uint32Array, contexts: ContextRules): number {
  const { u8 } = shared;
  const { keyStarts, keyLengths, kinds, firstSlots, boundBits } = table;
  const wanted = createWantedEntry();
  const contextOf = (entry: number): Uint32Array => {
    for (let k = 0; k < CONTEXT_WORDS; k++) wanted.context[k] = table.contexts[CONTEXT_WORDS * entry + k];
    return wanted.context;
  };
  const placeOf = (slot: number, entry: number): number => slot - firstSlots[entry];
  const hashOf = (slot: number): number => {
    const entry = entryOf(table, slot);
    wanted.bounds[0] = table.bounds[slot];
    const context = contexts.hash(contextOf(entry)) ^ (kinds[entry] & ~STAMPED);
    return hashWords(wanted.boundBits, 2, hashBytes(u8, keyStarts[entry], keyLengths[entry], context) ^ placeOf(slot, entry));
  };
  const areSame = (slot: number, other: number): boolean => {
    const [a, b] = [entryOf(table, slot), entryOf(table, other)];
    if (placeOf(slot, a) !== placeOf(other, b) || (kinds[a] | STAMPED) !== (kinds[b] | STAMPED) || keyLengths[a] !== keyLengths[b])
      return false;
    if (boundBits[2 * slot] !== boundBits[2 * other] || boundBits[2 * slot + 1] !== boundBits[2 * other + 1]) return false;
    return contexts.same(table.contexts, CONTEXT_WORDS * a, contextOf(b)) && areEqual(u8, keyStarts[a], keyStarts[b], keyLengths[a]);
  };
  return countDistinct(slots, hashOf, areSame);
}

function wantEntry(table: EntryTable, i: number, wanted: WantedEntry): void {
  wanted.keyStart = table.keyStarts[i];
  wanted.keyLength = table.keyLengths[i];
  wanted.kind = table.kinds[i] & ~STAMPED;
  for (let k = 0; k < CONTEXT_WORDS; k++) wanted.context[k] = table.contexts[CONTEXT_WORDS * i + k];
  wanted.slotCount = 0;
  for (let slot = table.firstSlots[i]; slot < table.firstSlots[i + 1]; slot++) wantSlot(wanted, table.bounds[slot]);
}

/** Whether `length` bytes at two places are the same. From behind: neighbours differ in their last labels. */
export function areEqual(u8: Uint8Array, start: number, otherStart: number, length: number): boolean {
  for (let k = length - 1; k >= 0; k--) if (u8[start + k] !== u8[otherStart + k]) return false;
  return true;
}

/** FNV-1a, 32 bits, which goes on from `hash`. */
export function hashBytes(u8: Uint8Array, start: number, length: number, hash: number = 0x811c9dc5): number {
  let next = hash;
  for (let i = start; i < start + length; i++) next = Math.imul(next ^ u8[i], 0x01000193);
  return next;
}

function hashWords(words: Uint32Array, count: number, hash: number): number {
  let next = hash;
  for (let i = 0; i < count; i++) next = Math.imul(next ^ words[i] ^ (words[i] >>> 15), 0x01000193);
  return next ^ (next >>> 16);
}
