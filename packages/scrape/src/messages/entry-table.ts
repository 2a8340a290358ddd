import { ScrapeError } from "../cache/scrape-error.ts";

/** A series' number where relabelling dropped it, or where it was not made: the limit of samples was reached. */
export const NO_SERIES = 0;

/** The flag among `EntryTable.kinds` of an entry with a timestamp of its own. */
export const STAMPED = 1 << 15;

/** The flag among `EntryTable.kinds` of an entry that is not found again: nothing of it was stored. */
export const FORGOTTEN = 1 << 14;

/** How many words of context an entry has. */
export const CONTEXT_WORDS = 4;

/**
 * What a body has, in its order: an entry is a metric of a message or a line of a text, and has a slot for each series that comes out of it.
 * Addresses are of the shared memory, in which the body lies for as long as the table counts.
 */
export interface EntryTable {
  /** Where the body ends. */
  bodyEnd: number;
  entryCount: number;
  /** Where the bytes stand that name an entry: equal ones, in equal contexts and of equal kinds, are of the same series. */
  keyStarts: Uint32Array;
  keyLengths: Uint32Array;
  /** CONTEXT_WORDS words of context an entry, which the format gives their meaning. */
  contexts: Uint32Array;
  /** Flags that the format gives their meaning, and STAMPED. */
  kinds: Uint32Array;
  /** The first slot of each entry, and behind the last entry the number of slots. */
  firstSlots: Uint32Array;
  slotCount: number;
  /** How many there may be, see `slotLimit`. */
  slotLimit: number;
  refs: Uint32Array;
  /** Of a slot that stands for a bucket or a quantile its bound, else 0. */
  bounds: Float64Array;
  /** The same memory as `bounds`. */
  boundBits: Uint32Array;
  /** Where the texts stand that the body has about its metrics, see `takeText`; numbers among them have no length. */
  textCount: number;
  textStarts: Uint32Array;
  textLengths: Uint32Array;
}

/** So many series a body may have at most: its table and its samples then take some 600 MB. */
const MOST_SLOTS = 1 << 23;

/** Without labels a message can name a series with a few bytes; so small ones are let through up to here. */
const FREE_SLOTS = 1 << 16;

/** How many slots a body of so many bytes may have: an empty histogram makes three of fourteen. */
export function slotLimit(sizeBytes: number): number {
  return Math.min(MOST_SLOTS, FREE_SLOTS + (sizeBytes >>> 2));
}

/** So many entries or slots take a few kilobytes. */
const SMALL_ROOM = 256;

/** An empty table. */
export function createEntryTable(): EntryTable {
  const bounds = new Float64Array(16);
  return {
    bodyEnd: 0,
    entryCount: 0,
    keyStarts: new Uint32Array(16),
    keyLengths: new Uint32Array(16),
    contexts: new Uint32Array(16 * CONTEXT_WORDS),
    kinds: new Uint32Array(16),
    firstSlots: new Uint32Array(17),
    slotCount: 0,
    slotLimit: MOST_SLOTS,
    refs: new Uint32Array(16),
    bounds,
    boundBits: new Uint32Array(bounds.buffer),
    textCount: 0,
    textStarts: new Uint32Array(16),
    textLengths: new Uint32Array(16),
  };
}

/** Empties the table. It keeps its room, unless that is far more than what the table `like` holds. */
export function clearEntries(table: EntryTable, like: EntryTable): void {
  if (isFarMore(table.kinds.length, like.entryCount)) giveEntriesBack(table);
  if (isFarMore(table.refs.length, like.slotCount)) giveSlotsBack(table);
  if (isFarMore(table.textStarts.length, like.textCount)) giveTextsBack(table);
  table.entryCount = 0;
  table.slotCount = 0;
  table.textCount = 0;
  table.firstSlots[0] = 0;
}

/** More than doubling brings, and than a small body is worth. */
function isFarMore(room: number, needed: number): boolean {
  return room > SMALL_ROOM && room > 4 * needed;
}

/** The entry that a slot is of. */
export function entryOf({ firstSlots, entryCount }: EntryTable, slot: number): number {
  let low = 0;
  let high = entryCount;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (firstSlots[middle] <= slot) low = middle;
    else high = middle;
  }
  return low;
}

function giveEntriesBack(table: EntryTable): void {
  const { keyStarts, keyLengths, contexts, kinds, firstSlots } = createEntryTable();
  Object.assign(table, { keyStarts, keyLengths, contexts, kinds, firstSlots });
}

function giveSlotsBack(table: EntryTable): void {
  const { refs, bounds, boundBits } = createEntryTable();
  Object.assign(table, { refs, bounds, boundBits });
}

function giveTextsBack(table: EntryTable): void {
  const { textStarts, textLengths } = createEntryTable();
  Object.assign(table, { textStarts, textLengths });
}

/** Adds a text, or a number of the length 0. */
export function addText(table: EntryTable, start: number, length: number): void {
  const i = table.textCount;
  if (i === table.textStarts.length) {
    table.textStarts = grown(table.textStarts, 2 * i);
    table.textLengths = grown(table.textLengths, 2 * i);
  }
  table.textStarts[i] = start;
  table.textLengths[i] = length;
  table.textCount = i + 1;
}

/** Adds an entry without slots; `addSlot` adds them to the last entry. */
export function addEntry(table: EntryTable, keyStart: number, keyLength: number, kind: number, context: Uint32Array): void {
  const i = table.entryCount;
  if (i === table.kinds.length) growEntries(table);
  table.keyStarts[i] = keyStart;
  table.keyLengths[i] = keyLength;
  table.kinds[i] = kind;
  for (let k = 0; k < CONTEXT_WORDS; k++) table.contexts[CONTEXT_WORDS * i + k] = context[k];
  table.entryCount = i + 1;
  table.firstSlots[i + 1] = table.slotCount;
}

/** Adds a slot to the last entry. Throws a ScrapeError at one too many. */
export function addSlot(table: EntryTable, ref: number, bound: number): void {
  const slot = table.slotCount;
  if (slot === table.refs.length) growSlots(table);
  if (slot === table.slotLimit) throw new ScrapeError(`the body has more than ${slot} samples, too many for its size`);
  table.refs[slot] = ref;
  table.bounds[slot] = bound;
  table.slotCount = slot + 1;
  table.firstSlots[table.entryCount] = slot + 1;
}

function growEntries(table: EntryTable): void {
  const capacity = table.kinds.length * 2;
  table.keyStarts = grown(table.keyStarts, capacity);
  table.keyLengths = grown(table.keyLengths, capacity);
  table.contexts = grown(table.contexts, CONTEXT_WORDS * capacity);
  table.kinds = grown(table.kinds, capacity);
  table.firstSlots = grown(table.firstSlots, capacity + 1);
}

function growSlots(table: EntryTable): void {
  const capacity = table.refs.length * 2;
  const bounds = new Float64Array(capacity);
  bounds.set(table.bounds);
  table.refs = grown(table.refs, capacity);
  table.bounds = bounds;
  table.boundBits = new Uint32Array(bounds.buffer);
}

function grown(column: Uint32Array, capacity: number): Uint32Array {
  const longer = new Uint32Array(capacity);
  longer.set(column);
  return longer;
}
