import { dirname, isAbsolute, join } from "node:path";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from "yaml";
import type { ConfigError } from "./config-error.ts";

/** A value of the document with its place. `node` is undefined where nothing stands, or an explicit null. */
export interface Place {
  readonly node: Node | undefined;
  readonly path: string;
  readonly source: Source;
  /** The node that an error about something absent points to. */
  readonly parent: Node | undefined;
}

/** A file that is being read, and the mistakes found in it. */
export interface Source {
  readonly file: string;
  readonly root: Place;
  readonly errors: readonly ConfigError[];
  readonly report: (at: Place, reason: string) => void;
  /** A path of the configuration, seen from the file's folder. */
  readonly joinPath: (path: string) => string;
}

/** Parses YAML. Broken YAML is reported like any other mistake; only the first document of a stream counts, as upstream has it. */
export function openSource(text: string, file: string): Source {
  const lines = new LineCounter();
  const errors: ConfigError[] = [];
  const add = (offset: number, path: string, reason: string): void => {
    const { line, col } = lines.linePos(offset);
    errors.push({ file, line: Math.max(1, line), column: Math.max(1, col), path, reason });
  };
  const document = parse(text, lines, add);
  const source: Source = {
    file,
    errors,
    report: ({ node, parent, path }, reason) => add((node ?? parent)?.range?.[0] ?? 0, path, reason),
    joinPath: (path) => (path === "" || isAbsolute(path) ? path : join(dirname(file), path)),
    get root() {
      return { node: contentOf(document?.contents ?? undefined, document), path: "", source, parent: undefined };
    },
  };
  documents.set(source, document);
  return source;
}

/** Aliases are resolved through the document; no reader of fields needs to see it. */
const documents = new WeakMap<Source, Document | undefined>();

function parse(text: string, lines: LineCounter, add: (offset: number, path: string, reason: string) => void): Document | undefined {
  try {
    const first = firstDocument(text);
    const document = parseDocument(first, {
      version: "1.1",
      lineCounter: lines,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: "silent",
      merge: true,
    });
    for (const { pos, message } of document.errors) add(pos[0], "", `yaml: ${message}`);
    return document.errors.length > 0 ? undefined : document;
  } catch (error) {
    // The parser walks nested collections by recursion.
    const isTooDeep = (error as Error).name === "RangeError";
    add(0, "", isTooDeep ? "yaml: the document is nested too deeply" : `yaml: ${(error as Error).message}`);
    return undefined;
  }
}

/** The text up to the marker that begins a second document. */
function firstDocument(text: string): string {
  const marker = /^---(?=\s|$)/gm;
  for (let match = marker.exec(text); match !== null; match = marker.exec(text)) {
    // A marker that only comments and directives precede begins the first document.
    if (
      text
        .slice(0, match.index)
        .replace(/^(?:#.*|%.*|\s*|---.*)$/gm, "")
        .trim() !== ""
    )
      return text.slice(0, match.index);
  }
  return text;
}

function contentOf(node: Node | undefined, document: Document | undefined): Node | undefined {
  const resolved = isAlias(node) && document !== undefined ? node.resolve(document) : node;
  return resolved === undefined || isNull(resolved) ? undefined : resolved;
}

/** A plain `~`, `null` or nothing. Quoted, it is text. */
function isNull(node: Node): boolean {
  return isScalar(node) && node.value === null;
}

/** The place of a child. */
export function childPlace(at: Place, child: unknown, path: string): Place {
  return {
    node: contentOf(child as Node | undefined, documents.get(at.source)),
    path,
    source: at.source,
    parent: (child as Node | undefined) ?? at.node ?? at.parent,
  };
}

/** A scalar's text as it was written, and whether quotes stood around it. */
export interface ScalarText {
  readonly text: string;
  readonly isPlain: boolean;
}

/** The text of a scalar, or undefined for a collection. Numbers and booleans keep the characters of the file. */
export function scalarText(node: Node): ScalarText | undefined {
  if (!isScalar(node)) return undefined;
  const scalar = node;
  const isPlain = scalar.type === "PLAIN" || scalar.type === undefined;
  return { text: isPlain ? (scalar.source ?? String(scalar.value)) : String(scalar.value), isPlain };
}

/** An entry of a mapping. */
export interface Entry {
  readonly key: string;
  readonly keyPlace: Place;
  readonly value: Place;
}

/** The entries of a mapping with merged ones (`<<`) behind its own; a key that stands twice is reported. Undefined for anything else. */
export function mappingEntries(at: Place): readonly Entry[] | undefined {
  if (at.node === undefined) return [];
  if (!isMap(at.node)) return undefined;
  const own = new Map<string, Entry>();
  const merged: Entry[] = [];
  for (const { key: keyNode, value } of at.node.items) {
    const text = scalarText(keyNode as Node);
    const keyPlace = { node: keyNode as Node, path: at.path, source: at.source, parent: at.node };
    if (text === undefined) {
      at.source.report(keyPlace, "a key must be a text");
      continue;
    }
    const path = at.path === "" ? text.text : `${at.path}.${text.text}`;
    if (text.isPlain && text.text === "<<") merged.push(...mergedEntries(childPlace(at, value, at.path)));
    else if (own.has(text.text)) at.source.report({ ...keyPlace, path }, `key "${text.text}" already set in map`);
    else
      own.set(text.text, {
        key: text.text,
        keyPlace: { ...keyPlace, path },
        value: childPlace({ ...at, node: keyNode as Node }, value, path),
      });
  }
  for (const entry of merged) if (!own.has(entry.key)) own.set(entry.key, entry);
  return [...own.values()];
}

function mergedEntries(at: Place): readonly Entry[] {
  if (isSeq(at.node)) return at.node.items.flatMap((item) => mergedEntries(childPlace(at, item, at.path)));
  const entries = mappingEntries(at);
  if (entries === undefined) at.source.report(at, "map merge requires map or sequence of maps as the value");
  return entries ?? [];
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
  return `"${scalarText(at.node)?.text ?? ""}"`;
}

/** The value as plain data, for sections whose shape is the user's own. */
export function plainValue(at: Place): unknown {
  const document = documents.get(at.source);
  if (at.node === undefined || document === undefined) return null;
  try {
    return at.node.toJS(document, { maxAliasCount: MAX_ALIAS_COUNT });
  } catch (error) {
    at.source.report(at, (error as Error).message);
    return null;
  }
}

/** Aliases within aliases may multiply: beyond so many copies it is a bomb. */
const MAX_ALIAS_COUNT = 100;
