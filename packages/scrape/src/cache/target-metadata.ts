import { unescaped, type LineSink } from "@ferula/exposition";
import type { MetricMetadata, MetricType } from "@ferula/model";
import { IGNORE_LINES, isComment, utf8 } from "./comments.ts";
import type { ReadBody } from "./layout.ts";
import type { Syntax } from "./syntax.ts";
import type { Workspaces } from "./workspace.ts";

/** What a target says of its metrics, and said until lately. */
export interface TargetMetadata {
  /** By metric family, in no order. */
  readonly entries: () => Iterable<readonly [name: string, metadata: MetricMetadata]>;
  readonly length: () => number;
  /** Bytes of types, units and help, without the names. */
  readonly sizeBytes: () => number;
}

/** The metadata of one target, as its readers keep it up. */
export interface MetadataRecord {
  readonly metadata: TargetMetadata;
  /**
   * A body has been read. What `told` finds in it is asked for until the next body has been read, or `bodyGone` is told. `hasChanged`:
   * comments came, went or moved since the body before, which is still there.
   */
  readonly bodyRead: (told: () => Told, hasChanged: boolean) => void;
  /** A body could not be read beyond what it told. */
  readonly bodyFailed: (told: Told) => void;
  /** A scrape came to nothing; what its target said before ages. */
  readonly scrapeFailed: () => void;
  /** The last body is about to go, and none has been read in its place. */
  readonly bodyGone: () => void;
  readonly clear: () => void;
}

/** What is known of a family of which the last body says nothing, or not all. */
interface Kept {
  readonly metadata: MetricMetadata;
  /** The last scrape whose body told of it; undefined while it does. */
  readonly lastScrape: number | undefined;
}

/** What a body says of its families. Said parts only: a family may have a TYPE line, and none for its unit. */
export type Told = Map<string, Partial<MetricMetadata>>;

/** For so many scrapes a family's metadata outlives the body that told of it (scrape/scrape.go `iterDone`). */
const KEPT_SCRAPES = 10;

const NOTHING: MetricMetadata = { type: "unknown", help: "", unit: "" };

const NOTHING_TOLD: Told = new Map();

/**
 * A record that holds no text of its own: what the last body says is read out of that body when somebody asks. Only what the body does not
 * say any more is kept, and what bodies that failed have said since; both are bounded by what a target said in its last scrapes.
 */
export function createMetadataRecord(): MetadataRecord {
  let toldByBody: (() => Told) | undefined;
  let scrape = 0;
  let lastGood = 0;
  /** Families, or parts of them, of which the last body says nothing. */
  const kept = new Map<string, Kept>();
  /** Families of which bodies that failed have said something else, or more, since the last good one. */
  const newer = new Map<string, Required<Kept>>();
  let totals: { readonly length: number; readonly sizeBytes: number } | undefined;

  function known(): Map<string, MetricMetadata> {
    const current = new Map<string, MetricMetadata>();
    for (const [name, { metadata }] of kept) current.set(name, metadata);
    for (const [name, parts] of toldByBody?.() ?? NOTHING_TOLD) current.set(name, { ...NOTHING, ...current.get(name), ...parts });
    for (const [name, { metadata }] of newer) current.set(name, metadata);
    return current;
  }

  /** Keeps what is known and not told, or not whole. */
  function keepWhatWent(told: Told): void {
    for (const [name, metadata] of known()) {
      const parts = told.get(name);
      const lastScrape = newer.get(name)?.lastScrape ?? kept.get(name)?.lastScrape ?? lastGood;
      if (parts === undefined) kept.set(name, { metadata, lastScrape });
      else if (hasMore(metadata, parts)) kept.set(name, { metadata, lastScrape: undefined });
      else kept.delete(name);
    }
    newer.clear();
  }

  function forgetOld(families: Map<string, Kept>): void {
    for (const [name, { lastScrape }] of families) {
      if (lastScrape === undefined || scrape - lastScrape <= KEPT_SCRAPES) continue;
      families.delete(name);
      totals = undefined;
    }
  }

  function total(): { readonly length: number; readonly sizeBytes: number } {
    if (totals !== undefined) return totals;
    const current = known();
    let sizeBytes = 0;
    for (const { type, help, unit } of current.values()) sizeBytes += type.length + Buffer.byteLength(help) + Buffer.byteLength(unit);
    totals = { length: current.size, sizeBytes };
    return totals;
  }

  return {
    metadata: {
      entries: known,
      length: () => total().length,
      sizeBytes: () => total().sizeBytes,
    },
    bodyRead(told, hasChanged) {
      scrape++;
      const isOther = hasChanged || newer.size > 0 || toldByBody === undefined;
      if (isOther && (toldByBody !== undefined || kept.size + newer.size > 0)) keepWhatWent(told());
      forgetOld(kept);
      if (isOther) totals = undefined;
      toldByBody = told;
      lastGood = scrape;
    },
    bodyFailed(told) {
      if (told.size === 0) return;
      const before = known();
      for (const [name, parts] of told) {
        const metadata = { ...NOTHING, ...before.get(name), ...parts };
        if (areSame(metadata, before.get(name)) && kept.get(name)?.lastScrape === undefined) continue;
        // The number of the scrape that is about to come to nothing.
        newer.set(name, { metadata, lastScrape: scrape + 1 });
      }
      totals = undefined;
    },
    scrapeFailed() {
      scrape++;
      // A good body may never come.
      forgetOld(newer);
    },
    bodyGone() {
      keepWhatWent(NOTHING_TOLD);
      toldByBody = undefined;
    },
    clear() {
      toldByBody = undefined;
      totals = undefined;
      kept.clear();
      newer.clear();
    },
  };
}

function areSame(metadata: MetricMetadata, other: MetricMetadata | undefined): boolean {
  return metadata.type === other?.type && metadata.help === other.help && metadata.unit === other.unit;
}

/** Whether a family had a part of which a body that still tells of it says nothing. */
function hasMore(metadata: MetricMetadata, parts: Partial<MetricMetadata>): boolean {
  return (
    (metadata.type !== "unknown" && parts.type === undefined) ||
    (metadata.help !== "" && parts.help === undefined) ||
    (metadata.unit !== "" && parts.unit === undefined)
  );
}

/** Takes what comments say; of what is said twice the last word counts. */
export function toldSink(told: Told, u8: Uint8Array, { unescapedHelp }: Syntax): LineSink {
  const partsOf = (nameStart: number, nameEnd: number): { type?: MetricType; help?: string; unit?: string } => {
    const name = unescaped(u8, nameStart, nameEnd);
    const parts = told.get(name) ?? {};
    told.set(name, parts);
    return parts;
  };
  return {
    ...IGNORE_LINES,
    type: (_start, _end, nameStart, nameEnd, type) => void (partsOf(nameStart, nameEnd).type = type),
    help: (_start, _end, nameStart, nameEnd, from, to) => void (partsOf(nameStart, nameEnd).help = unescapedHelp(u8, from, to)),
    unit: (_start, _end, nameStart, nameEnd, from, to) => void (partsOf(nameStart, nameEnd).unit = utf8(u8, from, to)),
  };
}

/** What the comments of a body say whose lines are known; of one that has a fault, up to there. */
export function toldByComments(body: ReadBody, { shared, line }: Workspaces, syntax: Syntax): Told {
  const told: Told = new Map();
  const { u8, u32 } = shared;
  const sink = toldSink(told, u8, syntax);
  for (let i = 0; i < body.lineCount; i++) {
    if (!isComment(u32, body.layout, i)) continue;
    const start = body.region.address + u32[(body.layout.starts >>> 2) + i];
    syntax.scanLine(u8, start, start + u32[(body.layout.lineLengths >>> 2) + i], sink, line);
  }
  return told;
}
