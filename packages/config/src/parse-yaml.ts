import { Composer, Lexer, LineCounter, Parser, type CST, type Document, type Node } from "yaml";
import { linkAliases, MAX_DEPTH, TOO_DEEP, type Links } from "./links.ts";

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
  let document: Document.Parsed;
  try {
    document = composeFirst(text, lines);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    report(error.offset, `yaml: ${TOO_DEEP}`);
    return NOTHING;
  }
  for (const { pos, message } of document.errors) report(pos[0], `yaml: ${message}`);
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
  for (const document of composer.compose(parseTokens(text, lines), true, text.length)) return document;
  throw new Error("BUG: the composer was asked for a document and made none");
}

class TooDeep extends Error {
  readonly offset: number;
  constructor(offset: number) {
    super(TOO_DEEP);
    this.offset = offset;
  }
}

/** The stack of the parser holds the document, and for each level a collection and what stands between two of them. */
const MAX_STACK = 3 * MAX_DEPTH;

/** As `Parser.parse`, but it gives up on endless nesting where it meets it: to read all of it would take seconds. */
function* parseTokens(text: string, lines: LineCounter): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_STACK) throw new TooDeep(parser.offset);
  }
  yield* parser.end();
}
