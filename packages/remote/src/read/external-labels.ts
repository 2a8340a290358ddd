import { compareUtf8, createMatcher, labelValue, type Labels, type Matcher } from "@ferula/model";

/** The matchers as they apply to what is stored, which has no external labels: a client may ask for these by their values. */
export function withoutExternal(matchers: readonly Matcher[], external: Labels): Matcher[] {
  return matchers.map((matcher) =>
    matcher.type === "=" && matcher.value === labelValue(external, matcher.name) ? createMatcher("=", matcher.name, "") : matcher,
  );
}

/** The labels of a series with the external ones that it has no label for. All are by ascending name. */
export function withExternal(own: Labels, external: Labels): Labels {
  // Fast path: most servers that are read have none.
  if (external.length === 0) return own;
  const merged: string[] = [];
  let i = 0;
  let k = 0;
  while (i < own.length && k < external.length) {
    const order = compareUtf8(own[i], external[k]);
    if (order <= 0) {
      merged.push(own[i], own[i + 1]);
      i += 2;
    } else {
      merged.push(external[k], external[k + 1]);
    }
    if (order >= 0) k += 2;
  }
  for (; i < own.length; i++) merged.push(own[i]);
  for (; k < external.length; k++) merged.push(external[k]);
  return merged;
}
