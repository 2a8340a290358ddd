import type { CharSet } from "../char-set.ts";
import { isNullable, type Pattern } from "../pattern.ts";
import { edgeHolds } from "./context.ts";

/**
 * The places of a pattern at which one character is matched (Glushkov's automaton), counted repeats written out. Position 0 is the start;
 * the last one is the end.
 */
export interface Positions {
  /** The different sets of characters. */
  readonly sets: readonly CharSet[];
  /** For each position, the start and the end left out, which of `sets` it matches: `setIds[position - 1]`. */
  readonly setIds: readonly number[];
}

/** After any of the positions `from`, ascending, any of the positions `to` may match the next character. */
export interface Link {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Positions in all links of a pattern, some ten milliseconds. Only a pattern that is built to have more has more. */
const MOST_LINKED = 2_000_000;

class TooManyLinks extends Error {}

/** The positions of a pattern without groups. */
export function positionsOf(pattern: Pattern): Positions {
  const setIds: number[] = [];
  const sets = new SetNumbers();
  const visit = (part: Pattern): void => {
    switch (part.kind) {
      case "chars":
        setIds.push(sets.idOf(part.set));
        return;
      case "sequence":
        part.items.forEach(visit);
        return;
      case "choice":
        part.branches.forEach(visit);
        return;
      case "repeat":
        for (let copy = copiesOf(part); copy > 0; copy--) visit(part.item);
        return;
      case "group":
        visit(part.item);
        return;
      case "edge":
    }
  };
  visit(pattern);
  return { sets: sets.all, setIds };
}

/** Numbers sets, the same for equal ones. */
class SetNumbers {
  readonly all: CharSet[] = [];
  private readonly ids = new Map<CharSet, number>();
  private readonly idsByText = new Map<string, number>();

  idOf(set: CharSet): number {
    let id = this.ids.get(set);
    if (id !== undefined) return id;
    const text = set.join();
    id = this.idsByText.get(text) ?? this.all.push(set) - 1;
    this.idsByText.set(text, id);
    this.ids.set(set, id);
    return id;
  }
}

/**
 * What may follow what, at places of a text with this context: there an edge is either nothing at all or not to be passed. Undefined when
 * that is too much to hold.
 */
export function linksOf(pattern: Pattern, context: number): readonly Link[] | undefined {
  const walk = new Walk(context);
  try {
    return walk.links(pattern);
  } catch (error) {
    if (error instanceof TooManyLinks) return undefined;
    throw error;
  }
}

/** How often the item of a repeat is written out. */
function copiesOf({ min, max }: Pattern & { readonly kind: "repeat" }): number {
  return max === Infinity ? Math.max(min, 1) : max;
}

/** What is known of a piece of a pattern: with which positions it may begin and end, and whether it may be empty. */
interface Piece {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isEmpty: boolean;
}

const nothing: Piece = { first: [], last: [], isEmpty: true };
const impossible: Piece = { first: [], last: [], isEmpty: false };

/** Walks through a pattern in the order of `positionsOf`. */
class Walk {
  private readonly context: number;
  private readonly found: Link[] = [];
  private position = 0;
  private linkedCount = 0;

  constructor(context: number) {
    this.context = context;
  }

  links(pattern: Pattern): readonly Link[] {
    const whole = this.visit(pattern);
    const end = [++this.position];
    this.link([0], whole.first);
    this.link(whole.last, end);
    if (whole.isEmpty) this.link([0], end);
    return this.found;
  }

  private visit(pattern: Pattern): Piece {
    switch (pattern.kind) {
      case "chars": {
        const only = [++this.position];
        return { first: only, last: only, isEmpty: false };
      }
      case "sequence":
        return this.joinAll(pattern.items.map((item) => this.visit(item)));
      case "choice": {
        const pieces = pattern.branches.map((branch) => this.visit(branch));
        return {
          first: pieces.flatMap(({ first }) => first),
          last: pieces.flatMap(({ last }) => last),
          isEmpty: pieces.some(({ isEmpty }) => isEmpty),
        };
      }
      case "repeat":
        return this.visitRepeat(pattern);
      case "group":
        return this.visit(pattern.item);
      case "edge":
        return edgeHolds(pattern.at, this.context) ? nothing : impossible;
    }
  }

  private visitRepeat(repeat: Pattern & { readonly kind: "repeat" }): Piece {
    const { item, min, max } = repeat;
    const copies = copiesOf(repeat);
    // Rounds that may be empty anywhere are as good as missing; then each of the others need only follow the one before.
    const isFree = isNullable(item);
    const exits: number[] = [];
    const pieces: Piece[] = [];
    for (let copy = 1; copy <= copies; copy++) {
      const visited = this.visit(item);
      const piece = isFree ? { ...visited, isEmpty: false } : visited;
      pieces.push(piece);
      if (max === Infinity && copy === copies) this.link(piece.last, piece.first);
      // Where a round may be empty at this place only, the end of the last one already holds those of all others.
      if ((copy >= min || isFree) && !piece.isEmpty) for (const position of piece.last) exits.push(position);
    }
    const whole = this.joinAll(pieces);
    return { first: whole.first, last: exits.length > 0 ? exits : whole.last, isEmpty: isFree || min === 0 || whole.isEmpty };
  }

  /** Joins halves of halves: where all may be missing, that makes links of `n log n` positions, not of `n²`. */
  private joinAll(pieces: readonly Piece[], from = 0, to: number = pieces.length): Piece {
    if (to - from < 2) return pieces[from] ?? nothing;
    const middle = (from + to) >> 1;
    return this.join(this.joinAll(pieces, from, middle), this.joinAll(pieces, middle, to));
  }

  private join(before: Piece, behind: Piece): Piece {
    this.link(before.last, behind.first);
    return {
      first: before.isEmpty ? this.joined(before.first, behind.first) : before.first,
      last: behind.isEmpty ? this.joined(before.last, behind.last) : behind.last,
      isEmpty: before.isEmpty && behind.isEmpty,
    };
  }

  private link(from: readonly number[], to: readonly number[]): void {
    if (from.length === 0 || to.length === 0) return;
    this.count(from.length + to.length);
    this.found.push({ from, to });
  }

  private joined(a: readonly number[], b: readonly number[]): readonly number[] {
    if (a.length === 0) return b;
    if (b.length === 0) return a;
    this.count(a.length + b.length);
    return [...a, ...b];
  }

  private count(linked: number): void {
    this.linkedCount += linked;
    if (this.linkedCount > MOST_LINKED) throw new TooManyLinks();
  }
}
