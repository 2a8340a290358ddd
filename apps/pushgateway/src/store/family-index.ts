import type { FamilyType, MetricFamily } from "@ferula/exposition";
import type { Group } from "./group.ts";

/** Which families there are in all groups, without their metrics: what a push is held against without a walk over the whole store. */
export class FamilyIndex {
  /** How many groups hold a family, by its name and type. */
  private readonly counts = new Map<string, Map<FamilyType, number>>();

  /** Counts what `group` holds; -1 takes it off again. */
  add(group: Group, step: 1 | -1): void {
    for (const { family } of group.families.values()) {
      const byType = this.counts.get(family.name) ?? new Map<FamilyType, number>();
      const count = (byType.get(family.type) ?? 0) + step;
      if (count > 0) byType.set(family.type, count);
      else byType.delete(family.type);
      if (byType.size > 0) this.counts.set(family.name, byType);
      else this.counts.delete(family.name);
    }
  }

  /** Forgets all groups. */
  clear(): void {
    this.counts.clear();
  }

  /** The families as they are when `without` is not there, none with metrics. */
  heads(without?: Group): MetricFamily[] {
    const heads: MetricFamily[] = [];
    for (const [name, byType] of this.counts) {
      const own = without?.families.get(name)?.family.type;
      for (const [type, count] of byType) if (type !== own || count > 1) heads.push({ name, type, metrics: [] });
    }
    return heads;
  }
}
