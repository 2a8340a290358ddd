import { RE2JS } from "re2js";
import type { Pattern } from "./pattern.ts";
import { re2Source } from "./print-pattern.ts";

/** The engine that finds groups; it is made when it is first needed, as most patterns never are asked for them. */
export function lazyEngine(pattern: Pattern): () => RE2JS {
  let engine: RE2JS | undefined;
  return () => (engine ??= RE2JS.compile(re2Source(pattern)));
}
