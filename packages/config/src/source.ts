import { isUtf8 } from "node:buffer";
import { dirname, isAbsolute, join } from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type YAMLMap } from "yaml";
import { MAX_FINDINGS, type ConfigError } from "./config-error.ts";
import type { Links } from "./links.ts";
import { parseYaml, type TextFormat } from "./parse-yaml.ts";
import { resolvePlain, type PlainScalar } from "./plain-scalar.ts";

/** A value of the document with its place. `node` is undefined where nothing stands, or an explicit null. */
export interface Place {
  readonly node: Node | undefined;
  /** `scrape_configs[0].job_name`; "" is the document itself. */
  readonly path: string;
  readonly source: Source;
  /** The node that an error about something absent points to. */
  readonly parent: Node | undefined;
}

/** A place in a text, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A file that is being read, and what was found in it. */
export interface Source {
  readonly file: string;
  readonly root: Place;
  readonly errors: readonly ConfigError[];
  readonly warnings: readonly ConfigError[];
  /** What is right, and can't be served yet. */
  readonly unserved: readonly ConfigError[];
  /** How many mistakes were reported, those included that `errors` leaves out. */
  readonly mistakeCount: () => number;
  readonly report: (at: Place, reason: string) => void;
  readonly warn: (at: Place, reason: string) => void;
  readonly noteUnserved: (at: Place, reason: string) => void;
  /** Where a value is written: the place of an alias, not of what it stands for; where nothing is written, that of what it is missing in. */
  readonly position: (at: Place) => Position;
  /** A path of the configuration, seen from the file's folder. */
  readonly joinPath: (path: string) => string;
}

/** Aliases are resolved here; no reader of fields needs to see them. */
const linksOf = new WeakMap<Source, Links>();

/** Parses YAML. Broken YAML is reported like any other mistake; only the first document of a stream counts, as upstream has it. */
export function openSource(text: string, file: string, format: TextFormat): Source {
  const lines = new LineCounter();
  const errors: ConfigError[] = [];
  const warnings: ConfigError[] = [];
  const unserved: ConfigError[] = [];
  let mistakes = 0;
  const positionOf = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const add = (list: ConfigError[], offset: number, path: string, reason: string): void => {
    if (list.length > MAX_FINDINGS) return;
    const isLast = list.length === MAX_FINDINGS;
    list.push({
      file,
      ...positionOf(offset),
      path,
      reason: isLast ? "there is more to tell; it is left out" : reason,
    });
  };
  const { root, links } = parseYaml(text, lines, (offset, reason) => add(errors, offset, "", reason), format);
  const source: Source = {
    file,
    errors,
    warnings,
    unserved,
    mistakeCount: () => mistakes,
    report(at, reason) {
      mistakes++;
      add(errors, offsetOf(at), at.path, reason);
    },
    warn: (at, reason) => add(warnings, offsetOf(at), at.path, reason),
    noteUnserved: (at, reason) => add(unserved, offsetOf(at), at.path, reason),
    position: ({ node, parent }) => positionOf((parent ?? node)?.range?.[0] ?? 0),
    joinPath: (path) => (path === "" || isAbsolute(path) ? path : join(dirname(file), path)),
    get root() {
      return { node: contentOf(root, links), path: "", source, parent: undefined };
    },
  };
  linksOf.set(source, links);
  return source;
}

function offsetOf({ node, parent }: Place): number {
  return (node ?? parent)?.range?.[0] ?? 0;
}

function contentOf(node: Node | undefined, links: Links): Node | undefined {
  const content = isAlias(node) ? links.get(node) : node;
  return content === undefined || (isScalar(content) && resolveScalar(scalarOf(content)) === null) ? undefined : content;
}

/** The place of a child. */
export function childPlace(at: Place, child: unknown, path: string): Place {
  const node = (child as Node | null) ?? undefined;
  return {
    node: contentOf(node, linksOf.get(at.source) ?? new Map()),
    path,
    source: at.source,
    parent: node ?? at.node ?? at.parent,
  };
}

/** A scalar's text as it was written, and whether it may be more than text: with quotes around it, it may not. */
export interface ScalarText {
  readonly text: string;
  readonly isPlain: boolean;
}

/** The text of a scalar, or undefined for a collection. Numbers and booleans keep the characters of the file. */
export function scalarText(node: Node | undefined): ScalarText | undefined {
  return isScalar(node) ? scalarOf(node) : undefined;
}

const TAG = "tag:yaml.org,2002:";

function scalarOf(node: Node & { value: unknown; type?: string }): ScalarText {
  const text = String(node.value ?? "");
  switch (node.tag) {
    case undefined:
      return { text, isPlain: node.type === "PLAIN" };
    case `${TAG}int`:
    case `${TAG}float`:
    case `${TAG}bool`:
    case `${TAG}null`:
      return { text, isPlain: true };
    case `${TAG}binary`:
      return { text: decodeBinary(text), isPlain: false };
    default:
      return { text, isPlain: false };
  }
}

/**
 * The bytes of a binary as text. Bytes that are not UTF-8 stand there as lone surrogates, so that whoever asks for names and values that
 * UTF-8 can carry refuses them.
 */
function decodeBinary(base64: string): string {
  const bytes = Buffer.from(base64, "base64");
  if (isUtf8(bytes)) return bytes.toString("utf8");
  return bytes.toString("latin1").replace(/[\x80-\xff]/g, (byte) => String.fromCharCode(0xdc00 + byte.charCodeAt(0)));
}

/** What a scalar stands for. */
export function resolveScalar({ text, isPlain }: ScalarText): PlainScalar {
  return isPlain ? resolvePlain(text) : text;
}

/** An entry of a mapping. */
export interface Entry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Place;
}

/** The place of each key's value in a mapping. Nothing is reported: that was done when the mapping was read. */
export function valuePlaces(at: Place): ReadonlyMap<string, Place> {
  const silent = { ...at, source: { ...at.source, report: () => undefined } };
  linksOf.set(silent.source, linksOf.get(at.source) ?? new Map());
  const entries = at.node === undefined ? [] : (mappingEntries(silent, "later wins") ?? []);
  return new Map(entries.map(({ key, value }) => [key, { ...value, source: at.source }]));
}

/** Which of two entries with the same key counts where one of them is merged (`<<`): in a section the later, in a map none may. */
export type Merging = "later wins" | "refused";

/**
 * The entries of a mapping, those that it merges (`<<`) where they are merged; a key that stands twice is reported. Undefined for
 * anything else. The rules are those of Go's yaml package, version 2, which decodes what is merged into the same value.
 */
export function mappingEntries(at: Place, merging: Merging): readonly Entry[] | undefined {
  if (at.node === undefined) return [];
  if (!isMap(at.node)) return undefined;
  const found = new Map<string, Entry>();
  addEntries(found, at, at.node, merging);
  return [...found.values()];
}

function addEntries(found: Map<string, Entry>, at: Place, mapping: YAMLMap, merging: Merging): void {
  const own = new Set<string>();
  for (const { key: keyNode, value } of mapping.items) {
    const keyAt: Place = { node: (keyNode as Node | null) ?? undefined, path: at.path, source: at.source, parent: mapping };
    const key = readKey(isAlias(keyNode) ? linksOf.get(at.source)?.get(keyNode) : keyAt.node);
    if (key === undefined) {
      at.source.report(keyAt, "a key must be a text");
      continue;
    }
    const { text, isMerge } = key;
    if (isMerge) {
      addMerged(found, childPlace(keyAt, value, at.path), merging);
      continue;
    }
    const path = pathOf(at, text);
    const isRefused = own.has(text) || (merging === "refused" && found.has(text));
    own.add(text);
    if (isRefused) at.source.report({ ...keyAt, path }, `key "${text}" already set in map`);
    else found.set(text, { key: text, keyPlace: { ...keyAt, path }, value: childPlace(keyAt, value, path) });
  }
}

/** A key's text: a null is the empty one. */
function readKey(node: Node | undefined): { readonly text: string; readonly isMerge: boolean } | undefined {
  const scalar = scalarText(node);
  if (scalar === undefined) return undefined;
  const isMerge = scalar.text === "<<" && (scalar.isPlain || node?.tag === `${TAG}merge`);
  return { text: resolveScalar(scalar) === null ? "" : scalar.text, isMerge };
}

/** Of several mappings that are merged, the last is decoded first, so that in a section the first that has a key gives its value. */
function addMerged(found: Map<string, Entry>, at: Place, merging: Merging): void {
  const items = isSeq(at.node) ? at.node.items.map((item) => childPlace(at, item, at.path)).toReversed() : [at];
  for (const item of items) {
    if (isMap(item.node)) addEntries(found, item, item.node, merging);
    else at.source.report(item, "map merge requires map or sequence of maps as the value");
  }
}

/** The path of a key of the mapping at `at`. */
export function pathOf(at: Place, key: string): string {
  return at.path === "" ? key : `${at.path}.${key}`;
}

/** The items of a sequence; undefined for anything else. */
export function sequenceItems(at: Place): readonly Place[] | undefined {
  if (at.node === undefined) return [];
  if (!isSeq(at.node)) return undefined;
  return at.node.items.map((item, i) => childPlace(at, item, `${at.path}[${i}]`));
}

/**
 * Whether a null is written where a value might be. Go's yaml empties what it stands for, so that the default does not come back; most
 * fields don't tell the two apart.
 */
export function isWrittenNull({ node, parent }: Place): boolean {
  return node === undefined && parent !== undefined && "value" in parent;
}

/** What a value is, for a message. */
export function describe(at: Place): string {
  const kind = describeKind(at);
  if (kind !== SCALAR) return kind;
  const text = scalarText(at.node)?.text ?? "";
  return `"${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}"`;
}

const MAX_SHOWN = 200;
const SCALAR = "a scalar";

/** What stands somewhere, without its text: where a section of secrets belongs, it may be a secret. */
export function describeKind(at: Place): string {
  if (at.node === undefined) return "nothing";
  if (isMap(at.node)) return "a mapping";
  return isSeq(at.node) ? "a list" : SCALAR;
}

/** The value as plain data, for sections whose shape is the user's own. Keys are texts, whatever they look like. */
export function plainValue(at: Place): unknown {
  const scalar = scalarText(at.node);
  if (scalar !== undefined) return resolveScalar(scalar);
  const items = at.node === undefined ? undefined : sequenceItems(at);
  if (items !== undefined) return items.map(plainValue);
  if (at.node === undefined) return null;
  const object: Record<string, unknown> = {};
  for (const { key, value } of mappingEntries(at, "refused") ?? []) {
    // An assignment to `__proto__` would make no key.
    Object.defineProperty(object, key, { value: plainValue(value), enumerable: true, writable: true, configurable: true });
  }
  return object;
}
