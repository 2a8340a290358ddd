import { labelsOf } from "@ferula/model";
import type { TargetGroup } from "../../../target-group.ts";
import type { KindName } from "../api/kinds.ts";
import type { Attachment, Owned } from "../objects/attachments.ts";
import type { OpenLabels } from "../objects/object-meta.ts";
import type { Pod } from "../objects/pod.ts";
import type { Service } from "../objects/service.ts";
import type { Wire } from "../objects/wire.ts";

/** What targets get besides what is their own (`attach_metadata`). */
export interface Attach {
  readonly node: boolean;
  readonly namespace: boolean;
  readonly deployment: boolean;
  readonly job: boolean;
  readonly cronjob: boolean;
}

/** Objects that are known beside a role's own, by their key. */
export interface Known {
  readonly attach: Attach;
  readonly pod: (key: string) => Pod | undefined;
  readonly service: (key: string) => Service | undefined;
  readonly node: (name: string) => Attachment | undefined;
  readonly namespace: (name: string) => Attachment | undefined;
  readonly replicaset: (key: string) => Owned | undefined;
  readonly job: (key: string) => Owned | undefined;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** How objects of one kind become target groups, one each. Methods, so that roles of any object can stand in one table. */
export interface Role<T = unknown> {
  /** The kind of its own objects. */
  readonly kind: KindName;
  /** What stands before the key in the source of a group: `pod`. */
  readonly source: string;
  /** The kinds that groups are made of, besides its own. */
  joins(attach: Attach): readonly KindName[];
  /** What is kept of an object. */
  read(wire: Wire): T;
  /** Undefined if nothing can be told of it now: what was told before still stands. */
  build(object: T, known: Known): TargetGroup | undefined;
  /** The objects, as `refTo` names them, whose changes may change the group. */
  refs(object: T, attach: Attach): readonly string[];
}

/** Names an object among those of all kinds. */
export function refTo(kind: KindName, key: string): string {
  return `${kind}:${key}`;
}

/** A group of `role` for the object of that key. */
export function groupOf(role: { readonly source: string }, key: string, labels: OpenLabels, targets: readonly OpenLabels[]): TargetGroup {
  return { source: sourceOf(role, key), targets: targets.map(labelsOf), labels: labelsOf(labels) };
}

/** As groups are called: `pod/default/web-1`. */
export function sourceOf({ source }: { readonly source: string }, key: string): string {
  return `${source}/${key}`;
}
