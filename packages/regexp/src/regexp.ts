/** How a pattern is to be read. */
export interface RegexpOptions {
  /**
   * True for Prometheus' matchers and relabelling rules: the pattern must match the whole text and `.` matches line breaks too, as if
   * `^(?s:pattern)$` stood there. False: a match anywhere counts and `.` stops at line breaks, as Go's regexp.MatchString has it.
   */
  readonly anchored: boolean;
  /** Whether `.` matches line breaks too. Default: as `anchored`; the Alertmanager's matchers are anchored, and its dots stop at them. */
  readonly dotAll?: boolean;
}

/** Where and what a pattern matched. */
export interface RegexpMatch {
  /** Index of the match in UTF-16 units, as String.prototype.slice counts them. */
  readonly index: number;
  /** Group 0 is the whole match; a group that took no part is undefined. */
  readonly groups: readonly (string | undefined)[];
  /** The same groups by name, for those that have one. */
  readonly named: ReadonlyMap<string, string | undefined>;
}

/** A compiled pattern with the semantics of Go's regexp package, and no state between calls. */
export interface Regexp {
  /** The pattern as it was written. */
  readonly pattern: string;
  readonly anchored: boolean;
  /** Whether `text` matches. Time is linear in the length of `text`, whatever the pattern. */
  readonly test: (text: string) => boolean;
  /** The leftmost match with its groups, or undefined. */
  readonly exec: (text: string) => RegexpMatch | undefined;
  /** `template` with `$1`, `${name}` filled from the first match in `text` as Go's Expand does, or undefined when nothing matches. */
  readonly expand: (template: string, text: string) => string | undefined;
  /** `text` with every match replaced by the expanded `template`, as Go's ReplaceAllString does. */
  readonly replaceAll: (text: string, template: string) => string;
  /** The texts, when exactly these match and no others (at most 256, in the order of the pattern, none twice); otherwise undefined. */
  readonly setMatches: readonly string[] | undefined;
  /** Every text that matches begins with this; "" when nothing is known. */
  readonly prefix: string;
  /** Every text that matches ends with this; "" when nothing is known. */
  readonly suffix: string;
  /** Every text matches, the empty one included (`.*`). */
  readonly isMatchAll: boolean;
  /** Exactly the texts of at least one character match (`.+`). */
  readonly isMatchNonEmpty: boolean;
}
