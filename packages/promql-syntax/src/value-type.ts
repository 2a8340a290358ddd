import type { BinaryExpr, Expr, ValueType } from "./ast.ts";
import { functions } from "./functions.ts";

/** The type an expression evaluates to. It does not check the operands; the parser has done so. */
export function valueType(expr: Expr): ValueType {
  switch (expr.kind) {
    case "aggregate":
      return "vector";
    case "binary":
      return binaryType(expr);
    case "call":
      return functions.get(expr.func)?.returns ?? "none";
    case "matrix":
      return "matrix";
    case "number":
      return "scalar";
    case "paren":
      return valueType(expr.expr);
    case "string":
      return "string";
    case "subquery":
      return "matrix";
    case "unary":
      return valueType(expr.expr);
    case "vector":
      return "vector";
  }
}

/** A scalar when every operand of the chain is. */
function binaryType(expr: BinaryExpr): ValueType {
  let left: Expr = expr;
  for (; left.kind === "binary"; left = left.left) if (valueType(left.right) !== "scalar") return "vector";
  return valueType(left) === "scalar" ? "scalar" : "vector";
}

/** How messages call a type. */
export function describeType(type: ValueType): string {
  switch (type) {
    case "none":
      return "none";
    case "vector":
      return "instant vector";
    case "scalar":
      return "scalar";
    case "matrix":
      return "range vector";
    case "string":
      return "string";
  }
}
