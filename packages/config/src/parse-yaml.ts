import { Composer, LineCounter, Parser, type Document, type Node } from "yaml";
import { linkAliases, TOO_DEEP, type Links } from "./links.ts";

/** Takes a mistake at a place in the text, counted in UTF-16 units. */
export type ReportAt = (offset: number, reason: string) => void;

/** The first document of a text. */
export interface ParsedYaml {
  /** Undefined when the document is empty, or broken and reported. */
  readonly root: Node | undefined;
  readonly links: Links;
}

/** What YAML does not allow anywhere (YAML 1.1, 5.1); a byte order mark may begin a text. */
const UNPRINTABLE = /(?!^\uFEFF)[^\t\n\r\x20-\x7E\x85\xA0-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const NOTHING: ParsedYaml = { root: undefined, links: new Map() };

/**
 * Parses the first document of a stream, as upstream does: what follows it is not even looked at. Scalars stay text (the "failsafe"
 * schema); what they mean is decided by `resolvePlain` and by the field that reads them. Broken YAML is reported.
 */
export function parseYaml(text: string, lines: LineCounter, report: ReportAt): ParsedYaml {
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable !== null) {
    lines.addNewLine(0);
    for (let end = text.indexOf("\n"); end >= 0 && end < unprintable.index; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
    report(unprintable.index, "yaml: control characters are not allowed");
    return NOTHING;
  }
  const document = composeFirst(text, lines);
  for (const { pos, message } of document.errors) report(pos[0], `yaml: ${isStackOverflow(message) ? TOO_DEEP : message}`);
  const root = document.contents;
  if (document.errors.length > 0 || root === null) return NOTHING;
  const { links, problems } = linkAliases(root);
  for (const { node, reason } of problems) report(node.range?.[0] ?? 0, `yaml: ${reason}`);
  return problems.length > 0 ? NOTHING : { root, links };
}

function composeFirst(text: string, lines: LineCounter): Document.Parsed {
  const composer = new Composer({
    version: "1.1",
    schema: "failsafe",
    resolveKnownTags: false,
    // A key that stands twice is found when the mapping is read; the parser's own search is quadratic.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  for (const document of composer.compose(new Parser(lines.addNewLine).parse(text), true, text.length)) return document;
  throw new Error("BUG: the composer was asked for a document and made none");
}

/** The composer walks nested collections by recursion, and makes an error of the document from what is thrown at it. */
function isStackOverflow(message: string): boolean {
  return message.includes("call stack");
}
