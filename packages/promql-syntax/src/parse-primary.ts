import { goQuote } from "@ferula/durations";
import type { AggregateExpr, AggregateOp, CallExpr, Expr } from "./ast.ts";
import { functions } from "./functions.ts";
import { aggregateParamType, isAggregateOp, isExperimentalAggregateOp } from "./operators.ts";
import { finishVectorSelector, parseLabelList } from "./parse-selector.ts";
import { canNameMetric, isPreprocessor, type Token } from "./token.ts";
import type { TokenStream } from "./token-stream.ts";
import { unquote } from "./unquote.ts";
import { parseNumberLiteral } from "./parse-number.ts";

/** Reads a whole expression; passed in, since expressions contain each other. */
type ParseExpr = (stream: TokenStream) => Expr;

/** An expression that needs no operator: a literal, a selector, a call, an aggregation or something in parentheses. */
export function parsePrimary(stream: TokenStream, parseExpr: ParseExpr): Expr {
  const token = stream.peek();
  switch (token.type) {
    case "number":
    case "duration":
      return parseNumberLiteral(stream);
    case "string":
      stream.take();
      stream.grow(0);
      return { kind: "string", value: unquote(token.text), pos: { start: token.start, end: token.end } };
    case "(": {
      stream.take();
      const expr = parseExpr(stream);
      const { end } = stream.expect(")");
      stream.grow(stream.height);
      return { kind: "paren", expr, pos: { start: token.start, end } };
    }
    case "{":
      return finishVectorSelector(stream, undefined);
    default:
      break;
  }
  if (!canNameMetric(token.type)) return stream.unexpected();
  stream.take();
  return parseNamed(stream, parseExpr, token);
}

/** What a word means is known from what follows it. */
function parseNamed(stream: TokenStream, parseExpr: ParseExpr, word: Token): Expr {
  const next = stream.peek().type;
  if (isAggregateOp(word.type) && (next === "(" || next === "by" || next === "without")) {
    return parseAggregation(stream, parseExpr, word, word.type);
  }
  if (next === "(" && (word.type === "identifier" || isPreprocessor(word.type))) return parseCall(stream, parseExpr, word);
  return finishVectorSelector(stream, word);
}

function parseCall(stream: TokenStream, parseExpr: ParseExpr, name: Token): CallExpr {
  const args = parseArguments(stream, parseExpr);
  const signature = functions.get(name.text);
  if (signature === undefined) stream.reportAt(name, `unknown function with name ${goQuote(name.text)}`);
  if (signature?.experimental === true && !stream.options.experimentalFunctions) {
    stream.reportAt(name, `function ${goQuote(name.text)} is not enabled`);
  }
  return { kind: "call", func: name.text, args, pos: { start: name.start, end: stream.lastClosing } };
}

/** Arguments with their parentheses. */
function parseArguments(stream: TokenStream, parseExpr: ParseExpr): readonly Expr[] {
  stream.expect("(");
  const args: Expr[] = [];
  let height = 0;
  if (stream.peek().type !== ")") {
    do {
      args.push(parseExpr(stream));
      height = Math.max(height, stream.height);
    } while (hasNextArgument(stream));
  }
  stream.expect(")");
  stream.grow(height);
  return args;
}

/** Uses up the commas after an argument; one that no argument follows is reported. */
function hasNextArgument(stream: TokenStream): boolean {
  for (let comma = stream.takeIf(","); comma !== undefined; comma = stream.takeIf(",")) {
    if (startsExpression(stream.peek())) return true;
    stream.reportAt(comma, "trailing commas not allowed in function call args");
  }
  return false;
}

/** Whether an expression can begin with this token. */
export function startsExpression({ type }: Token): boolean {
  if (type === "(" || type === "{" || type === "+" || type === "-") return true;
  return type === "number" || type === "duration" || type === "string" || canNameMetric(type);
}

function parseAggregation(stream: TokenStream, parseExpr: ParseExpr, word: Token, op: AggregateOp): Expr {
  stream.enter("aggregation", "");
  let clause = parseGroupingClause(stream);
  const args = parseArguments(stream, parseExpr);
  let end = stream.lastClosing;
  if (clause === undefined) {
    clause = parseGroupingClause(stream);
    end = clause === undefined ? stream.endOfAggregation() : stream.lastClosing;
  }
  stream.leave();
  const pos = { start: word.start, end };
  const placeholder: Expr = { kind: "number", value: 0, isDuration: false, pos };
  const takesParam = aggregateParamType(op) !== "none";
  const wantedCount = takesParam ? 2 : 1;
  if (args.length === 0) {
    stream.reportAt(pos, "no arguments for aggregate expression provided");
  } else if (isExperimentalAggregateOp(op) && !stream.options.experimentalFunctions) {
    stream.reportAt(pos, `${op}() is experimental and must be enabled with --enable-feature=promql-experimental-functions`);
  } else if (args.length !== wantedCount) {
    stream.reportAt(pos, `wrong number of arguments for aggregate expression provided, expected ${wantedCount}, got ${args.length}`);
  }
  const aggregate: AggregateExpr = {
    kind: "aggregate",
    op,
    expr: args[wantedCount - 1] ?? placeholder,
    param: takesParam ? (args[0] ?? placeholder) : undefined,
    grouping: clause?.labels ?? [],
    without: clause?.without ?? false,
    pos,
  };
  return aggregate;
}

interface GroupingClause {
  readonly without: boolean;
  readonly labels: readonly string[];
}

function parseGroupingClause(stream: TokenStream): GroupingClause | undefined {
  const { type } = stream.peek();
  if (type !== "by" && type !== "without") return undefined;
  stream.take();
  return { without: type === "without", labels: parseLabelList(stream) };
}
