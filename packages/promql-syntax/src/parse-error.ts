import type { PositionRange } from "./ast.ts";
import { formatPosition } from "./position.ts";

/** One thing that is wrong with a query. */
export interface SyntaxProblem {
  /** What is wrong, without the place. */
  readonly reason: string;
  /** String offsets into the query. */
  readonly positionRange: PositionRange;
  /** The place and the reason, as upstream prints them: `1:7: parse error: unexpected end of input`. */
  readonly message: string;
}

/** A query that can't be understood. The message is that of the first problem, as upstream's is. */
export class ParseError extends Error {
  /** At least one, in the order in which they were found. */
  readonly problems: readonly SyntaxProblem[];
  /** The query as given. */
  readonly query: string;
  /** Where the first problem is. */
  readonly positionRange: PositionRange;

  constructor(query: string, problems: readonly SyntaxProblem[]) {
    super(problems[0].message);
    this.name = "ParseError";
    this.query = query;
    this.problems = problems;
    this.positionRange = problems[0].positionRange;
  }
}

/** A problem at `positionRange` of `query`, with its message. */
export function syntaxProblem(query: string, positionRange: PositionRange, reason: string): SyntaxProblem {
  return { reason, positionRange, message: `${formatPosition(query, positionRange.start)}: parse error: ${reason}` };
}
