import type { CallArgument, CallNode, VectorNode } from "../../plan/nodes.ts";

/** Argument `index` of a call, which must be a scalar or a vector: the parser has checked the types. */
export function vectorArgument(call: CallNode, index: number): VectorNode {
  const node = argument(call, index).node;
  if (node === undefined || node.kind === "matrix-selector" || node.kind === "subquery") {
    throw new Error(`BUG: argument ${index} of ${call.name}() is neither a vector nor a scalar`);
  }
  return node;
}

/** Argument `index` of a call. */
export function argument(call: CallNode, index: number): CallArgument {
  if (index >= call.args.length) throw new Error(`BUG: ${call.name}() has no argument ${index}`);
  return call.args[index];
}
