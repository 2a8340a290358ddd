/** Which experimental parts of the language are on, as the server's `--enable-feature` says. */
export interface ParseOptions {
  /** Experimental functions and aggregators (`promql-experimental-functions`). Default: `false`. */
  readonly experimentalFunctions: boolean;
  /** `anchored` and `smoothed` (`promql-extended-range-selectors`). Default: `false`. */
  readonly extendedRangeSelectors: boolean;
  /** `fill`, `fill_left` and `fill_right` (`promql-binop-fill-modifiers`). Default: `false`. */
  readonly binopFillModifiers: boolean;
  /** Arithmetic in `[…]` and after `offset`. Default: `true`. */
  readonly durationExpressions: boolean;
}

/** What is on when nothing is said: what upstream has on. */
export const defaultParseOptions: ParseOptions = Object.freeze({
  experimentalFunctions: false,
  extendedRangeSelectors: false,
  binopFillModifiers: false,
  durationExpressions: true,
});
