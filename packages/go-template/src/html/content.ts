import type { Meter } from "../meter.ts";
import { sprintPrinted } from "../printf.ts";
import { type ContentKind, SafeContent } from "../safe-content.ts";
import { specOf } from "../values.ts";

/** What stands in the output in place of a value that could do harm; a word to search for. */
export const FILTERED = "ZgotmplZ";

/** What an escaper is given. */
export interface Content {
  readonly text: string;
  /** Of one trusted value its kind. */
  readonly kind: ContentKind | undefined;
}

/** The text of a function's arguments. Nil arguments leave nothing. */
export function contentOf(args: readonly unknown[], meter: Meter): Content {
  if (args.length === 1) {
    const [value] = args;
    if (typeof value === "string") return { text: value, kind: undefined };
    if (isSafeContent(value)) return { text: value.text, kind: value.kind };
  }
  const present = args.filter((arg) => arg !== null && arg !== undefined);
  return { text: sprintPrinted(present, meter), kind: undefined };
}

/** Trusted text, also of another loaded copy of this package. */
export function isSafeContent(value: unknown): value is SafeContent {
  return (
    value instanceof SafeContent ||
    (specOf(value)?.type.startsWith("template.") === true && "kind" in (value as object) && "text" in (value as object))
  );
}
