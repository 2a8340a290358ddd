import { createMatcher, type Matcher, type MatchType } from "@ferula/model";

/**
 * A matcher of alerts. Its expression is read as `^(?:value)$`, where a dot stops at line breaks, other than in PromQL (alertmanager
 * pkg/labels `NewMatcher`). Throws PromError("bad_data") for a bad expression.
 */
export function createAlertMatcher(type: MatchType, name: string, value: string): Matcher {
  return createMatcher(type, name, value, { dotAll: false });
}
