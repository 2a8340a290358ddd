import { Composer, LineCounter, Parser, type CST, type Node } from "yaml";
import { MAX_FINDINGS } from "./config-error.ts";
import { createLexer } from "./lexer.ts";
import { linkAliases, MAX_DEPTH, TOO_DEEP, type Links } from "./links.ts";

/** Takes a mistake at a place in the text, counted in UTF-16 units. */
export type ReportAt = (offset: number, reason: string) => void;

/** JSON is read as the YAML that it is, whose parser knows the places, but for its own escapes; and nothing else passes for it. */
export type TextFormat = "yaml" | "json";

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
export function parseYaml(text: string, lines: LineCounter, report: ReportAt, format: TextFormat): ParsedYaml {
  const unprintable = UNPRINTABLE.exec(text);
  if (unprintable !== null) {
    lines.addNewLine(0);
    for (let end = text.indexOf("\n"); end >= 0 && end < unprintable.index; end = text.indexOf("\n", end + 1)) lines.addNewLine(end + 1);
    report(unprintable.index, "yaml: control characters are not allowed");
    return NOTHING;
  }
  const root = composeFirst(text, lines, report, format);
  if (root === undefined || (format === "json" && !isJson(text, report)) || root === null) return NOTHING;
  const { links, problems } = linkAliases(root);
  for (const { node, reason } of problems) report(node.range?.[0] ?? 0, `yaml: ${reason}`);
  return problems.length > 0 ? NOTHING : { root, links };
}

/** Whether a text that is YAML is JSON, too; if not, that is reported. */
function isJson(text: string, report: ReportAt): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    report(0, `json: ${(error as Error).message}`);
    return false;
  }
}

/** Thrown where a text is not worth reading on: it is nested endlessly, or made of mistakes, and all of it would take seconds. */
class GiveUp extends Error {}

/** What is in the first document: null when it is empty, undefined when it is broken and reported. */
function composeFirst(text: string, lines: LineCounter, report: ReportAt, format: TextFormat): Node | null | undefined {
  let mistakes = 0;
  const note: ReportAt = (offset, reason) => {
    report(offset, `yaml: ${reason}`);
    if (++mistakes > MAX_FINDINGS) throw new GiveUp();
  };
  const composer = createComposer(note);
  try {
    for (const { errors, contents } of composer.compose(soundTokens(parseTokens(text, lines, note, format), note), true, text.length)) {
      for (const { pos, message } of errors) note(pos[0], message);
      return mistakes > 0 ? undefined : contents;
    }
  } catch (error) {
    if (error instanceof GiveUp) return undefined;
    throw error;
  }
  throw new Error("BUG: the composer was asked for a document and made none");
}

/** How the composer tells itself of mistakes and warnings, and where they are. */
interface ComposerState {
  onError: (
    at: number | readonly [number, number] | { readonly offset: number },
    code: string,
    message: string,
    isWarning?: boolean,
  ) => void;
}

/** Go's yaml package takes `'a'#b` with a comment; and the library says it of some lines of comments within braces, too. */
const COMMENT_TOO_NEAR = "Comments must be separated from other tokens by white space characters";

/** A composer that reports mistakes as it finds them, so that one can stop it. */
function createComposer(note: ReportAt): Composer {
  const composer = new Composer({
    version: "1.1",
    schema: "failsafe",
    resolveKnownTags: false,
    // A key that stands twice is found when the mapping is read; the parser's own search is quadratic.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  (composer as unknown as ComposerState).onError = (at, _code, message, isWarning) => {
    if (isWarning === true || message === COMMENT_TOO_NEAR) return;
    note(typeof at === "number" ? at : "offset" in at ? at.offset : at[0], message);
  };
  return composer;
}

/** The stack of the parser holds the document, and for each level a collection and what stands between two of them. */
const MAX_STACK = 3 * MAX_DEPTH;

/** As `Parser.parse`, but it ends with the first document, and gives up on endless nesting where it meets it. */
function* parseTokens(text: string, lines: LineCounter, note: ReportAt, format: TextFormat): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let hasDocument = false;
  for (const lexeme of createLexer().lex(text)) {
    const { offset } = parser;
    for (const token of parser.next(lexeme)) {
      hasDocument ||= token.type === "document";
      yield token;
    }
    const { type } = parser as unknown as { readonly type: string };
    if (hasDocument && (type === "doc-start" || type === "doc-end")) return;
    if (type === "double-quoted-scalar" && format === "yaml") noteEscapes(lexeme, offset, note);
    if (parser.stack.length <= MAX_STACK) continue;
    note(parser.offset, TOO_DEEP);
    throw new GiveUp();
  }
  yield* parser.end();
}

/** An escape, as one token: `\\` hides a slash behind it. */
const ESCAPE = /\\(?:u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|[^])/g;
/** Half of a pair of UTF-16, which is no character of its own. */
const SURROGATE = /^\\(?:u|U0000)[Dd][89A-Fa-f]/;

/** Reports the escapes that only YAML 1.2, and that in JSON, has. */
function noteEscapes(quoted: string, offset: number, note: ReportAt): void {
  if (!quoted.includes("\\")) return;
  for (const { 0: escape, index } of quoted.matchAll(ESCAPE)) {
    if (escape === "\\/") note(offset + index, "found unknown escape character");
    else if (SURROGATE.test(escape)) note(offset + index, "found invalid Unicode character escape code");
  }
}

/** What is wrong with a directive before the document. */
function directiveProblem(source: string): string | undefined {
  const [name, version] = source.split(/[ \t]+/);
  if (name === "%YAML") return version === "1.1" ? undefined : "found incompatible YAML document";
  return name === "%TAG" ? undefined : "found unknown directive name";
}

/** The tokens without those that are the parser's mistakes, which are reported, as directives are that we don't know. */
function* soundTokens(tokens: Iterable<CST.Token>, note: ReportAt): Generator<CST.Token, void> {
  for (const token of tokens) {
    const problem = token.type === "directive" ? directiveProblem(token.source) : undefined;
    if (problem !== undefined) note(token.offset, problem);
    if (token.type !== "error") yield token;
    else note(token.offset, token.source === "" ? token.message : `${token.message}: ${JSON.stringify(token.source)}`);
  }
}
