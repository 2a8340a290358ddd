import { createMatcher, type Matcher, METRIC_NAME } from "@ferula/model";
import { type AtModifier, type CallExpr, type Expr, type SubqueryExpr, type VectorSelector, walk } from "@ferula/promql-syntax";

/** Which info series `info` looks for, and of which labels. */
export interface InfoMatchers {
  /** What tells an info series by its name; a series of the first argument that fits is one itself, and is left alone. */
  readonly names: readonly Matcher[];
  /** The further matchers. Where there are any, only their labels are taken over. */
  readonly data: readonly Matcher[];
}

/** The matchers of a call of `info` (promql/info.go `effectiveInfoNameMatchers`). */
export function infoMatchers({ args }: CallExpr): InfoMatchers {
  const selector = args.length > 1 && args[1].kind === "vector" ? args[1].matchers : [];
  const names = selector.filter(({ name }) => name === METRIC_NAME);
  const data = selector.filter(({ name }) => name !== METRIC_NAME);
  if (names.length === 0) return { names: [createMatcher("=", METRIC_NAME, "target_info")], data };
  if (names.some(({ type }) => type === "=" || type === "=~")) return { names, data };
  return { names: [createMatcher("=~", METRIC_NAME, ".+_info"), ...names], data };
}

/** The modifiers that say at which time info is looked up. */
export interface InfoTime {
  readonly at: AtModifier | undefined;
  /** Of these the offsets add up. */
  readonly shifted: readonly (VectorSelector | SubqueryExpr)[];
}

/**
 * Info is looked up at the time at which the first selector of the first argument looks: its `@` or, without one, that of the nearest
 * subquery around it that has one, with all offsets up to there.
 */
export function infoTime({ args }: CallExpr): InfoTime {
  let time: InfoTime | undefined;
  walk(args[0], (expr, path) => {
    if (time !== undefined) return false;
    if (expr.kind === "vector") time = timeOf(expr, path);
    return true;
  });
  return time ?? { at: undefined, shifted: [] };
}

function timeOf(selector: VectorSelector, path: readonly Expr[]): InfoTime {
  let { at } = selector;
  const shifted: (VectorSelector | SubqueryExpr)[] = [selector];
  for (let i = path.length - 1; i >= 0 && at === undefined; i--) {
    const around = path[i];
    if (around.kind !== "subquery") continue;
    shifted.push(around);
    ({ at } = around);
  }
  return { at, shifted };
}
