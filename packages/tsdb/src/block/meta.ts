import { crc32c } from "@ferula/bytes";
import type { Files } from "@ferula/files";
import { PromError } from "@ferula/model";
import { META_FILE } from "./format.ts";
import { isUlid } from "./ulid.ts";

/** What is in a block. */
export interface BlockStats {
  readonly numSamples: number;
  readonly numFloatSamples: number;
  readonly numHistogramSamples: number;
  readonly numSeries: number;
  readonly numChunks: number;
  readonly numTombstones: number;
}

/** Another block, as a parent. */
export interface BlockDescription {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
}

/** Where a block comes from. */
export interface BlockCompaction {
  /** 1 for what came from a head, one more than the parents' highest after each compaction. */
  readonly level: number;
  /** The blocks of level 1 that it holds. */
  readonly sources: readonly string[];
  /** Nothing of it is left: it can go. */
  readonly deletable: boolean;
  readonly parents: readonly BlockDescription[];
  /** Compacting it failed; it is not tried again. */
  readonly failed: boolean;
  /** `from-out-of-order`, `from-stale-series`, `from-selected-series`. */
  readonly hints: readonly string[];
}

/** The `meta.json` of a block, with upstream's names (tsdb/block.go `BlockMeta`). Times are milliseconds; `maxTime` is exclusive. */
export interface BlockMeta {
  readonly ulid: string;
  readonly minTime: number;
  readonly maxTime: number;
  readonly stats: BlockStats;
  readonly compaction: BlockCompaction;
}

/** The only version there is. */
const META_VERSION = 1;

type JsonObject = Readonly<Record<string, unknown>>;

/** The bytes of `meta.json`: as upstream prints them, and a checksum of ours, see docs/formats/block-meta.md. */
export function encodeMeta(meta: BlockMeta): Uint8Array {
  const known = metaFields(meta);
  return new TextEncoder().encode(JSON.stringify({ ...known, crc32c: checksumOf(known) }, null, "\t"));
}

/** The contrary of `encodeMeta`; `path` is for messages. Throws PromError("internal") for what is no description of a block. */
export function decodeMeta(bytes: Uint8Array, path: string): BlockMeta {
  const json = parseObject(bytes, path);
  if (json.version !== META_VERSION) throw refused(path, `its version is ${JSON.stringify(json.version)}, not ${META_VERSION}`);
  const meta = metaOf(json, path);
  if (json.crc32c !== undefined && json.crc32c !== checksumOf(metaFields(meta))) {
    throw refused(path, "it was changed behind its checksum; who changed it on purpose removes the key crc32c");
  }
  return meta;
}

/** The description of the block in `dir` and the size of its file. */
export function readMeta(files: Files, dir: string): { readonly meta: BlockMeta; readonly sizeBytes: number } {
  const path = `${dir}/${META_FILE}`;
  const bytes = files.readFile(path);
  return { meta: decodeMeta(bytes, path), sizeBytes: bytes.length };
}

/** Replaces the description of the block in `dir` and returns the size of the file. */
export function writeMeta(files: Files, dir: string, meta: BlockMeta): number {
  const bytes = encodeMeta(meta);
  files.writeFileAtomic(`${dir}/${META_FILE}`, bytes);
  return bytes.length;
}

/** The fields that upstream knows, in its order, for JSON; like there, zeros and empty lists are left out where it leaves them out. */
export function metaFields({ ulid, minTime, maxTime, stats, compaction }: BlockMeta): Readonly<Record<string, unknown>> {
  const { level, sources, deletable, parents, failed, hints } = compaction;
  return {
    ulid,
    minTime,
    maxTime,
    stats: withoutEmpty(statsFields(stats)),
    compaction: { level, ...withoutEmpty({ sources, deletable, parents: parents.map(describe), failed, hints }) },
    version: META_VERSION,
  };
}

function statsFields(stats: BlockStats): JsonObject {
  const { numSamples, numFloatSamples, numHistogramSamples, numSeries, numChunks, numTombstones } = stats;
  return { numSamples, numFloatSamples, numHistogramSamples, numSeries, numChunks, numTombstones };
}

function describe({ ulid, minTime, maxTime }: BlockDescription): JsonObject {
  return { ulid, minTime, maxTime };
}

function withoutEmpty(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== 0 && value !== false && !(Array.isArray(value) && value.length === 0)),
  );
}

function checksumOf(known: JsonObject): number {
  return crc32c(new TextEncoder().encode(JSON.stringify(known)));
}

function parseObject(bytes: Uint8Array, path: string): JsonObject {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw refused(path, (error as Error).message, error);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw refused(path, "it holds no object");
  return json as JsonObject;
}

function metaOf(json: JsonObject, path: string): BlockMeta {
  const read = fieldReader(path);
  const description = read.description(json, "");
  if (description.maxTime < description.minTime) throw refused(path, `maxTime ${description.maxTime} is before minTime`);
  const stats = read.object(json, "stats");
  const compaction = read.object(json, "compaction");
  return {
    ...description,
    stats: {
      numSamples: read.integer(stats, "numSamples"),
      numFloatSamples: read.integer(stats, "numFloatSamples"),
      numHistogramSamples: read.integer(stats, "numHistogramSamples"),
      numSeries: read.integer(stats, "numSeries"),
      numChunks: read.integer(stats, "numChunks"),
      numTombstones: read.integer(stats, "numTombstones"),
    },
    compaction: {
      level: read.integer(compaction, "level"),
      sources: read.list(compaction, "sources").map((source) => read.ulid(source, "compaction.sources")),
      deletable: read.flag(compaction, "deletable"),
      parents: read.list(compaction, "parents").map((parent) => read.description(parent, "compaction.parents: ")),
      failed: read.flag(compaction, "failed"),
      hints: read.list(compaction, "hints").map((hint) => read.text(hint, "compaction.hints")),
    },
  };
}

interface FieldReader {
  readonly object: (from: JsonObject, key: string) => JsonObject;
  readonly integer: (from: JsonObject, key: string) => number;
  readonly flag: (from: JsonObject, key: string) => boolean;
  readonly list: (from: JsonObject, key: string) => readonly unknown[];
  readonly text: (value: unknown, place: string) => string;
  readonly ulid: (value: unknown, place: string) => string;
  readonly description: (value: unknown, place: string) => BlockDescription;
}

/** As in Go, a key that is missing or null has the zero of its type; a block's name has none that is good. */
function fieldReader(path: string): FieldReader {
  const text = (value: unknown, place: string): string => {
    if (typeof value !== "string") throw refused(path, `${place} is ${JSON.stringify(value)}, not a text`);
    return value;
  };
  const reader: FieldReader = {
    object: (from, key) => asObject(from[key] ?? {}, path, key),
    integer: (from, key) => {
      const value = from[key] ?? 0;
      if (!Number.isSafeInteger(value)) throw refused(path, `${key} is ${JSON.stringify(value)}, not a whole number`);
      return value as number;
    },
    flag: (from, key) => {
      const value = from[key] ?? false;
      if (typeof value !== "boolean") throw refused(path, `${key} is ${JSON.stringify(value)}, not true or false`);
      return value;
    },
    list: (from, key) => {
      const value = from[key] ?? [];
      if (!Array.isArray(value)) throw refused(path, `${key} is ${JSON.stringify(value)}, not a list`);
      return value;
    },
    text,
    ulid: (value, place) => {
      const ulid = text(value, place);
      if (!isUlid(ulid)) throw refused(path, `${place} ${JSON.stringify(ulid)} is no ULID`);
      return ulid;
    },
    description: (value, place) => {
      const from = asObject(value, path, place);
      return {
        ulid: reader.ulid(from.ulid, `${place}ulid`),
        minTime: reader.integer(from, "minTime"),
        maxTime: reader.integer(from, "maxTime"),
      };
    },
  };
  return reader;
}

function asObject(value: unknown, path: string, place: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refused(path, `${place} is ${JSON.stringify(value)}, not an object`);
}

function refused(path: string, reason: string, cause?: unknown): PromError {
  return new PromError("internal", `cannot read ${path}: ${reason}`, { cause });
}
