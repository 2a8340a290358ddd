import type { MatchType } from "@ferula/model";

/** A matcher as it was read; its regular expression is not compiled yet. */
export interface ParsedMatcher {
  readonly name: string;
  readonly type: MatchType;
  readonly value: string;
}
