import { formatGatherErrors, type MetricFamily } from "@ferula/exposition";
import type { Logger } from "@ferula/logging";
import type { Labels } from "@ferula/model";
import { applyChange } from "./apply-change.ts";
import { changedGroup, type Change, type GroupChange } from "./changes.ts";
import { groupProblems } from "./check-group.ts";
import { FamilyIndex } from "./family-index.ts";
import { groupKey, type Group, type Groups } from "./group.ts";
import { groupedFamilies } from "./grouped-families.ts";

/** What a store needs. */
export interface MetricStoreDeps {
  /** What was there when the gateway stopped. */
  readonly loaded: Groups;
  /** The gateway's own families, without metrics: pushes may not contradict them. */
  readonly ownHeads: () => readonly MetricFamily[];
  /**
   * Takes a change before it is made: throws when it can't be written, which refuses the change; what it returns resolves when the change
   * survives a crash.
   */
  readonly record: (change: Change) => Promise<void>;
  /** Whether a push is held against everything else before it is taken. */
  readonly isChecked: boolean;
  readonly nowMs: () => number;
  readonly logger: Logger;
}

/** A push that was refused; the message is the answer. */
export class PushRefused extends Error {
  override name = "PushRefused";
}

const REFUSED = "pushed metrics are invalid or inconsistent with existing metrics: ";

/** More changes than this that wait for the disk are a problem to be told. */
export const MAX_PENDING_CHANGES = 1000;

/**
 * The groups. There is one writer: every change is checked, recorded and made within one turn of the event loop, in the order of the
 * calls; only the disk is waited for afterwards.
 */
export class MetricStore {
  private readonly byKey: Map<string, Group>;
  private readonly index = new FamilyIndex();
  private readonly deps: MetricStoreDeps;
  private pending = 0;

  constructor(deps: MetricStoreDeps) {
    this.deps = deps;
    this.byKey = new Map(deps.loaded);
    for (const group of this.byKey.values()) this.index.add(group, 1);
  }

  /** The groups as they are now; to be read before the next change, or copied. */
  get groups(): Groups {
    return this.byKey;
  }

  /** How many changes wait for the disk. */
  get pendingCount(): number {
    return this.pending;
  }

  /**
   * Takes a push; resolves when it is durable. Rejects with PushRefused when it has timestamps or contradicts what is there; nothing
   * changes then but the time of the group's last failure. Without checks a refusal is only noted, as the client was told nothing.
   */
  async push(labels: Labels, isReplacing: boolean, families: readonly MetricFamily[]): Promise<void> {
    const timeMs = this.deps.nowMs();
    const change: GroupChange = { kind: "push", labels, isReplacing, families: groupedFamilies(families, labels), timeMs };
    const reason = this.reasonToRefuse(change, families);
    if (reason === undefined) return this.make(change);
    const refusal: GroupChange = { kind: "refusal", labels, timeMs };
    // Two keys may stand for the same series ({job} and {job, instance=""}): the times of a refused new group would then break every scrape.
    const isNew = !this.byKey.has(groupKey(labels));
    if (!isNew || !this.deps.isChecked || this.problemsOf(refusal).length === 0) await this.make(refusal);
    if (this.deps.isChecked) throw new PushRefused(REFUSED + reason);
    this.deps.logger.warn("A push was dropped", { labels, reason });
  }

  /** Drops a group; resolves when that is durable. One that is not there is none to drop. */
  async delete(labels: Labels): Promise<void> {
    if (this.byKey.has(groupKey(labels))) await this.make({ kind: "delete", labels });
  }

  /** Drops all groups; resolves when that is durable. */
  async wipe(): Promise<void> {
    if (this.byKey.size > 0) await this.make({ kind: "wipe" });
  }

  private reasonToRefuse(change: GroupChange, families: readonly MetricFamily[]): string | undefined {
    if (families.some(hasTimestamp)) return "pushed metrics must not have timestamps";
    if (!this.deps.isChecked) return undefined;
    const problems = this.problemsOf(change);
    return problems.length === 0 ? undefined : formatGatherErrors(problems);
  }

  private problemsOf(change: GroupChange): readonly string[] {
    const key = groupKey(change.labels);
    const before = this.byKey.get(key);
    const after = changedGroup(before, change);
    if (after === undefined) return [];
    const heads = [...this.deps.ownHeads(), ...this.index.heads(before)];
    return groupProblems(after, { heads, others: othersThan(this.byKey, key) });
  }

  private async make(change: Change): Promise<void> {
    const durable = this.deps.record(change);
    applyChange(this.byKey, change, this.index);
    this.pending++;
    try {
      await durable;
    } finally {
      this.pending--;
    }
  }
}

function* othersThan(groups: Groups, key: string): Generator<Group> {
  for (const [otherKey, group] of groups) if (otherKey !== key) yield group;
}

function hasTimestamp({ metrics }: MetricFamily): boolean {
  return metrics.some(({ timestampMs }) => timestampMs !== undefined);
}
