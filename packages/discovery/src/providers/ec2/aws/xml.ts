import { SaxesParser } from "saxes";

/** An element of an answer; attributes don't matter to anyone here. */
export interface XmlElement {
  readonly name: string;
  /** What stands in it besides elements. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

/** Reads one document, piece by piece. */
export interface XmlReader {
  /** Throws on what is no XML, or none that an API sends. */
  readonly write: (text: string) => void;
  /** The document's element. Throws when it has not ended. */
  readonly end: () => XmlElement;
}

/** Elements that are handed on when they end, instead of being kept: so an answer of any length needs the memory of one of them. */
export interface XmlItems {
  /** Names from the document's element down to that of the items. */
  readonly path: readonly string[];
  readonly onItem: (item: XmlElement) => void;
}

interface OpenElement {
  readonly name: string;
  text: string;
  readonly children: XmlElement[];
}

/** Deeper than any answer of Amazon's. */
const MOST_LEVELS = 32;

/** A reader for documents from outside: it has no entities but those of XML itself, and refuses a document type that could bring some. */
export function createXmlReader(items?: XmlItems): XmlReader {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;

  function isItem(): boolean {
    return items !== undefined && open.length === items.path.length && open.every(({ name }, i) => name === items.path[i]);
  }

  function addText(text: string): void {
    const last = open.at(-1);
    if (last !== undefined) last.text += text;
  }

  parser.on("doctype", () => {
    throw new Error("a document type is not allowed");
  });
  parser.on("opentag", ({ name }) => {
    if (open.length === MOST_LEVELS) throw new Error(`elements are nested more than ${MOST_LEVELS} deep`);
    open.push({ name, text: "", children: [] });
  });
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const isWanted = isItem();
    const element = open.pop();
    if (element === undefined) throw new Error("BUG: an element ends that has not begun");
    if (isWanted) items?.onItem(element);
    else if (open.length > 0) open[open.length - 1].children.push(element);
    else root = element;
  });

  return {
    write: (text) => void parser.write(text),
    end() {
      parser.close();
      if (root === undefined) throw new Error("there is no element");
      return root;
    },
  };
}

/** The first child of that name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** The text of the element that the names lead down to; "" where there is none. */
export function textAt(element: XmlElement | undefined, ...path: readonly string[]): string {
  return path.reduce<XmlElement | undefined>(childOf, element)?.text ?? "";
}

/** What a list in EC2's manner holds: its children called `item`. */
export function itemsAt(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return childOf(element, name)?.children.filter((child) => child.name === "item") ?? [];
}
