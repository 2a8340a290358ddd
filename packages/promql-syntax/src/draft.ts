/**
 * A node while the parser still writes to it: modifiers come after what they modify. Once `parseExpr` has returned, nodes are what their
 * types say, read-only.
 */
export type Draft<Node> = { -readonly [Field in keyof Node]: Node[Field] };
