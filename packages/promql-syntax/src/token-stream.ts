import type { PositionRange } from "./ast.ts";
import { createLexer, type Language, type Lexer } from "./lexer.ts";
import type { ParseOptions } from "./options.ts";
import { syntaxProblem, type SyntaxProblem } from "./parse-error.ts";
import { describeToken, type Token, type TokenType } from "./token.ts";

/** What upstream's grammar says of a place where it catches errors: "unexpected … in `where`, expected `expected`". */
export interface ErrorContext {
  readonly where: string;
  readonly expected: string;
}

/**
 * How deep operators, calls and brackets may nest. The parser takes about ten frames of the stack for each level, so that this much is
 * safe also where the stack is part used already.
 */
export const MAX_NESTING: number = 400;

/**
 * How high a tree may be: what follows a bracket or a duration makes high trees without nesting. Whatever walks trees is recursive, with
 * few frames a level.
 */
export const MAX_HEIGHT: number = 1000;

/**
 * How many operators may hang on each other's left side (`a + b - c`). Walks go along them in a loop, but their evaluation is one call
 * in another: this much fits the stack of a worker.
 */
export const MAX_CHAIN: number = 3000;

/** Thrown to leave the parser at the first token that does not fit; the problem has been recorded. */
export const abandoned: unique symbol = Symbol("abandoned");

/** The parser's view of a query: one token ahead, the problems so far, and where errors are caught. */
export class TokenStream {
  readonly query: string;
  readonly options: ParseOptions;
  readonly problems: SyntaxProblem[] = [];
  private readonly lexer: Lexer;
  private readonly contexts: ErrorContext[] = [{ where: "", expected: "" }];
  private ahead: Token | undefined;
  private depth = 0;
  private treeHeight = 0;
  private closingEnd = 0;

  constructor(query: string, options: ParseOptions, language: Language = "query") {
    this.query = query;
    this.options = options;
    this.lexer = createLexer(query, language);
  }

  /** How high the tree is that the last function returned. */
  get height(): number {
    return this.treeHeight;
  }

  /** The end of the last token that can end an expression: a closing bracket, a number or a duration. */
  get lastClosing(): number {
    return this.closingEnd;
  }

  /** The same when the next token counts too, if it has been looked at: upstream measures some nodes after it has read on. */
  get lastSeenClosing(): number {
    return this.ahead !== undefined && closings.has(this.ahead.type) ? this.ahead.end : this.closingEnd;
  }

  /**
   * Where upstream says that an aggregation without a clause after it ends. It has looked for one by then; a parenthesis that it saw is
   * forgiven, if only spaces stand before it.
   */
  endOfAggregation(): number {
    const next = this.peek();
    const isForgiven = next.type === ")" && this.query.slice(this.closingEnd, next.start).trim() === "";
    return isForgiven ? this.closingEnd : this.lastSeenClosing;
  }

  /** The next token, which stays. An error of the lexer is recorded when it is first seen. */
  peek(): Token {
    if (this.ahead === undefined) {
      this.ahead = this.lexer.next();
      if (this.ahead.type === "error") this.report(this.ahead.start, this.ahead.end, this.ahead.text);
    }
    return this.ahead;
  }

  /** The next token, which is used up. */
  take(): Token {
    const token = this.peek();
    this.ahead = undefined;
    if (closings.has(token.type)) this.closingEnd = token.end;
    return token;
  }

  /** The next token if it is of this type, used up. */
  takeIf(type: TokenType): Token | undefined {
    return this.peek().type === type ? this.take() : undefined;
  }

  /** The next token, which must be of this type. */
  expect(type: TokenType): Token {
    return this.peek().type === type ? this.take() : this.unexpected();
  }

  /** From here to `leave`, a token that does not fit is reported with this context. */
  enter(where: string, expected: string): void {
    this.contexts.push({ where, expected });
  }

  /** Ends the innermost context. */
  leave(): void {
    this.contexts.pop();
  }

  /** Reports the next token as one that does not fit, in the innermost context or the given one, and leaves the parser. */
  unexpected(where?: string, expected?: string): never {
    const token = this.peek();
    if (token.type !== "error") {
      const context = where === undefined ? this.contexts[this.contexts.length - 1] : { where, expected: expected ?? "" };
      const place = context.where === "" ? "" : ` in ${context.where}`;
      const hint = context.expected === "" ? "" : `, expected ${context.expected}`;
      this.report(token.start, token.end, `unexpected ${describeToken(token)}${place}${hint}`);
    }
    throw abandoned;
  }

  /** Records a problem and goes on. */
  report(start: number, end: number, reason: string): void {
    this.problems.push(syntaxProblem(this.query, { start, end }, reason));
  }

  /** Records a problem at a node or token and goes on. */
  reportAt(pos: PositionRange, reason: string): void {
    this.report(pos.start, pos.end, reason);
  }

  /** One level of recursion down; the caller comes back with `ascend`. */
  descend(): void {
    this.depth++;
    if (this.depth > MAX_NESTING) this.tooDeep(MAX_NESTING);
  }

  /** Back from `descend`. */
  ascend(): void {
    this.depth--;
  }

  /** Says that a node stands on a tree of this height; a leaf stands on 0. */
  grow(below: number): void {
    this.treeHeight = below + 1;
    if (this.treeHeight > MAX_HEIGHT) this.tooDeep(MAX_HEIGHT);
  }

  /** Says that a chain of operators has so many. */
  lengthen(count: number): void {
    if (count > MAX_CHAIN) this.tooDeep(MAX_CHAIN);
  }

  private tooDeep(limit: number): never {
    const { start, end } = this.peek();
    this.report(start, end, `expression is nested too deeply: more than ${limit} levels`);
    throw abandoned;
  }
}

const closings: ReadonlySet<TokenType> = new Set<TokenType>([")", "]", "}", "duration", "number"]);
