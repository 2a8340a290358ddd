import { isUtf8 } from "node:buffer";
import { dirname, isAbsolute, join } from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node } from "yaml";
import type { ConfigError } from "./config-error.ts";
import type { Links } from "./links.ts";
import { parseYaml } from "./parse-yaml.ts";
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
  /** A path of the configuration, seen from the file's folder. */
  readonly joinPath: (path: string) => string;
}

/** Nobody reads more mistakes than this, and a hostile file may hold millions. */
const MAX_FINDINGS = 100;

/** Aliases are resolved here; no reader of fields needs to see them. */
const linksOf = new WeakMap<Source, Links>();

/** Parses YAML. Broken YAML is reported like any other mistake; only the first document of a stream counts, as upstream has it. */
export function openSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const errors: ConfigError[] = [];
  const warnings: ConfigError[] = [];
  const unserved: ConfigError[] = [];
  let mistakes = 0;
  const add = (list: ConfigError[], offset: number, path: string, reason: string): void => {
    if (list.length > MAX_FINDINGS) return;
    const { line, col } = lines.linePos(offset);
    const isLast = list.length === MAX_FINDINGS;
    list.push({
      file,
      line: Math.max(1, line),
      column: Math.max(1, col),
      path,
      reason: isLast ? "there is more to tell; it is left out" : reason,
    });
  };
  const { root, links } = parseYaml(text, lines, (offset, reason) => add(errors, offset, "", reason));
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
  const entries = at.node === undefined ? [] : (mappingEntries(silent) ?? []);
  return new Map(entries.map(({ key, value }) => [key, { ...value, source: at.source }]));
}

/** The entries of a mapping with merged ones (`<<`) behind its own; a key that stands twice is reported. Undefined for anything else. */
export function mappingEntries(at: Place): readonly Entry[] | undefined {
  if (at.node === undefined) return [];
  if (!isMap(at.node)) return undefined;
  const own = new Map<string, Entry>();
  const merges: Place[] = [];
  for (const { key: keyNode, value } of at.node.items) {
    const keyAt: Place = { node: (keyNode as Node | null) ?? undefined, path: at.path, source: at.source, parent: at.node };
    const key = scalarText(isAlias(keyNode) ? linksOf.get(at.source)?.get(keyNode) : keyAt.node);
    if (key === undefined) {
      at.source.report(keyAt, "a key must be a text");
      continue;
    }
    const { text } = key;
    const path = pathOf(at, text);
    if (key.isPlain && text === "<<") merges.push(childPlace(keyAt, value, at.path));
    else if (own.has(text)) at.source.report({ ...keyAt, path }, `key "${text}" already set in map`);
    else own.set(text, { key: text, keyPlace: { ...keyAt, path }, value: childPlace(keyAt, value, path) });
  }
  for (const merge of merges) addMerged(own, merge, isSeq(merge.node));
  return [...own.values()];
}

/** Of several mappings that are merged, the first that has a key gives its value. */
function addMerged(own: Map<string, Entry>, at: Place, mayBeList: boolean): void {
  if (mayBeList && isSeq(at.node)) {
    for (const item of at.node.items) addMerged(own, childPlace(at, item, at.path), false);
    return;
  }
  const entries = at.node === undefined ? undefined : mappingEntries(at);
  if (entries === undefined) at.source.report(at, "map merge requires map or sequence of maps as the value");
  for (const entry of entries ?? []) if (!own.has(entry.key)) own.set(entry.key, entry);
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

/** What a value is, for a message. */
export function describe(at: Place): string {
  if (at.node === undefined) return "nothing";
  if (isMap(at.node)) return "a mapping";
  if (isSeq(at.node)) return "a list";
  const text = scalarText(at.node)?.text ?? "";
  return `"${text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text}"`;
}

const MAX_SHOWN = 200;

/** The value as plain data, for sections whose shape is the user's own. Keys are texts, whatever they look like. */
export function plainValue(at: Place): unknown {
  const scalar = scalarText(at.node);
  if (scalar !== undefined) return resolveScalar(scalar);
  const items = at.node === undefined ? undefined : sequenceItems(at);
  if (items !== undefined) return items.map(plainValue);
  if (at.node === undefined) return null;
  const object: Record<string, unknown> = {};
  for (const { key, value } of mappingEntries(at) ?? []) {
    // An assignment to `__proto__` would make no key.
    Object.defineProperty(object, key, { value: plainValue(value), enumerable: true, writable: true, configurable: true });
  }
  return object;
}
