import type { MetricFamily } from "@ferula/exposition";

/** A text that stands for a family's help, whoever pushed it. */
export type Helps = Map<string, string>;

/**
 * Families whose helps agree: pushes may disagree on a help, and a scrape must not. The first help that is not empty is everybody's;
 * `helps` may hold the ones that are settled already and gets the others.
 */
export function withAgreedHelps(families: Iterable<MetricFamily>, helps: Helps = new Map()): MetricFamily[] {
  const list = [...families];
  for (const { name, help = "" } of list) if (help !== "" && !helps.has(name)) helps.set(name, help);
  return list.map((family) => withHelp(family, helps.get(family.name)));
}

function withHelp(family: MetricFamily, help: string | undefined): MetricFamily {
  return help === undefined || help === family.help ? family : { ...family, help };
}
