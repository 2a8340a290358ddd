import { type CallExpr, type Expr, type VectorSelector, walk } from "@ferula/promql-syntax";
import { executionError } from "../control.ts";
import { type ExtensionKind, extendableFunctions } from "../functions/extended-ranges.ts";
import { withoutParens } from "./invariance.ts";

/** `anchored` or `smoothed` after a range, with how far samples may lie beyond its two ends. */
export interface Extension {
  readonly kind: ExtensionKind;
  readonly beforeMs: number;
  readonly behindMs: number;
}

/** How the range of `selector` is extended; both ways by no more than the lookback. */
export function extensionOf({ anchored, smoothed }: VectorSelector, lookbackMs: number): Extension | undefined {
  if (!anchored && !smoothed) return undefined;
  return { kind: anchored ? "anchored" : "smoothed", beforeMs: lookbackMs, behindMs: smoothed ? lookbackMs : 0 };
}

/** Refuses functions that take samples for what lies in the range, anywhere in `expr`. */
export function checkExtensions(expr: Expr): void {
  walk(expr, (call) => {
    if (call.kind === "call") checkExtension(call);
  });
}

function checkExtension({ func, args }: CallExpr): void {
  for (const arg of args) {
    const inner = withoutParens(arg);
    if (inner.kind !== "matrix") continue;
    const kind = extensionOf(inner.selector, 0)?.kind;
    if (kind === undefined || extendableFunctions[kind].includes(func)) continue;
    throw executionError(`${kind} modifier can only be used with: ${extendableFunctions[kind].join(", ")} - not with ${func}`);
  }
}
