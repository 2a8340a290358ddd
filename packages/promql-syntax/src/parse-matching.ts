import type { MatchCardinality, VectorMatching } from "./ast.ts";
import { parseSignedNumber } from "./parse-number.ts";
import { startsExpression } from "./parse-primary.ts";
import { parseLabelList } from "./parse-selector.ts";
import type { TokenStream } from "./token-stream.ts";

/** What stands between an operator and its right side. */
export interface BinaryModifiers {
  readonly returnBool: boolean;
  readonly matching: VectorMatching;
}

/** Reads `bool`, `on` or `ignoring`, `group_left` or `group_right`, and the fill values, each of which may be missing. */
export function parseBinaryModifiers(stream: TokenStream): BinaryModifiers {
  const returnBool = stream.takeIf("bool") !== undefined;
  let card: MatchCardinality = "one-to-one";
  let labels: readonly string[] = [];
  let include: readonly string[] = [];
  const clause = stream.peek().type;
  if (clause === "on" || clause === "ignoring") {
    stream.take();
    labels = parseLabelList(stream);
    const group = stream.peek().type;
    if (group === "group_left" || group === "group_right") {
      stream.take();
      card = group === "group_left" ? "many-to-one" : "one-to-many";
      // The labels may be left out, but where no operand follows either, it is they that are missed.
      if (stream.peek().type === "(" || !startsExpression(stream.peek())) include = parseLabelList(stream);
    }
  }
  const { fillLeft, fillRight } = parseFill(stream);
  return { returnBool, matching: { card, labels, on: clause === "on", include, fillLeft, fillRight } };
}

function parseFill(stream: TokenStream): Pick<VectorMatching, "fillLeft" | "fillRight"> {
  const first = stream.peek().type;
  if (first !== "fill" && first !== "fill_left" && first !== "fill_right") return { fillLeft: undefined, fillRight: undefined };
  stream.take();
  const value = parseFillValue(stream);
  if (first === "fill") return { fillLeft: value, fillRight: value };
  const other = stream.takeIf(first === "fill_left" ? "fill_right" : "fill_left") === undefined ? undefined : parseFillValue(stream);
  return first === "fill_left" ? { fillLeft: value, fillRight: other } : { fillLeft: other, fillRight: value };
}

function parseFillValue(stream: TokenStream): number {
  stream.expect("(");
  const value = parseSignedNumber(stream);
  stream.expect(")");
  return value;
}
