import { Lexer } from "yaml";

/** What we need to know of the lexer's inside. */
interface LexerState {
  /** The least indentation that the next line of a value must have. */
  indentNext: number;
  parseFlowCollection: () => Generator<string, unknown>;
  parseQuotedScalar: () => Generator<string, unknown>;
}

/**
 * The library's lexer, which reads YAML 1.2, but for one thing: lines within brackets and quotes need no indentation, as Go's yaml
 * package and YAML 1.1 have it. Such files are many:
 *
 *     - targets: [
 *       'a'
 *     ]
 */
export function createLexer(): Lexer {
  const lexer = new Lexer();
  const state = lexer as unknown as LexerState;
  for (const name of ["parseFlowCollection", "parseQuotedScalar"] as const) {
    const parse = state[name];
    state[name] = function* parseUnindented() {
      const { indentNext } = state;
      state.indentNext = 0;
      const next = yield* parse.call(state);
      state.indentNext = indentNext;
      return next;
    };
  }
  return lexer;
}
