import { isDeepStrictEqual } from "node:util";
import type { Logger } from "@ferula/logging";
import type { TargetGroup } from "../../target-group.ts";
import type { KindName } from "./api/kinds.ts";
import type { KubernetesMetrics } from "./kubernetes-metrics.ts";
import { createObjectStore, type Change, type ObjectStore } from "./object-store.ts";
import { readAttachedNamespace, readAttachedNode, readOwned, type Attachment, type Owned } from "./objects/attachments.ts";
import { readPod, type Pod } from "./objects/pod.ts";
import { readService, type Service } from "./objects/service.ts";
import type { Wire } from "./objects/wire.ts";
import { createReferenceIndex } from "./reference-index.ts";
import { makerRefs } from "./roles/attach.ts";
import { refTo, type Attach, type Known, type Role } from "./roles/role.ts";

/** What is known of all objects that the groups of a role are made of. */
export interface KnownObjects {
  /** Where the objects of a kind are told. */
  readonly store: (kind: KindName) => Omit<ObjectStore<unknown>, "get">;
  /** "gone" if there is no object of that key; undefined if nothing can be told of it now. */
  readonly group: (key: string) => TargetGroup | "gone" | undefined;
}

/** What they are kept with. */
export interface KnownObjectsOptions {
  readonly role: Role;
  readonly attach: Attach;
  readonly metrics: KubernetesMetrics;
  readonly logger: Logger;
  /** The group of this key may have changed. */
  readonly onChange: (key: string) => void;
}

/** Nothing is known yet. */
export function createKnownObjects({ role, attach, metrics, logger, onChange }: KnownObjectsOptions): KnownObjects {
  const index = createReferenceIndex();
  /** The pods, as `refTo` names them, that an object has made: groups depend on it by way of these. */
  const made = createReferenceIndex();
  const joined = new Set(role.joins(attach));
  const stores = new Map<KindName, ObjectStore<unknown>>();

  function tell(ref: string): void {
    for (const key of index.dependents(ref)) onChange(key);
    for (const pod of made.dependents(ref)) tell(pod);
  }

  function join<T>(kind: KindName, read: (wire: Wire) => T, makers: (object: T) => readonly string[] = noMakers): ObjectStore<T> {
    const store = createObjectStore(read, (change) => {
      const ref = refTo(kind, change.key);
      made.set(ref, change.after === undefined ? [] : makers(change.after));
      if (isCounted(role.kind, kind, change.event)) metrics.events.inc({ role: kind, event: change.event });
      if (isTold(kind, change)) tell(ref);
    });
    if (joined.has(kind)) stores.set(kind, store);
    return store;
  }

  const pods = join<Pod>("pod", readPod, (pod) => makerRefs(pod, attach));
  const services = join<Service>("service", readService);
  const nodes = join<Attachment>("node", readAttachedNode);
  const namespaces = join<Attachment>("namespace", readAttachedNamespace);
  const replicaSets = join<Owned>("replicaset", readOwned);
  const jobs = join<Owned>("job", readOwned);
  const known: Known = {
    attach,
    pod: pods.get,
    service: services.get,
    node: nodes.get,
    namespace: namespaces.get,
    replicaset: replicaSets.get,
    job: jobs.get,
    warn: logger.warn,
  };

  // A group that nothing else goes into is made once, and kept in place of its object: who is told of it shares it.
  const isAlone = joined.size === 0;
  const own = createObjectStore<unknown>(
    (wire) => (isAlone ? role.build(role.read(wire), known) : role.read(wire)),
    ({ event, key, after }) => {
      metrics.events.inc({ role: role.kind, event });
      if (!isAlone) index.set(key, event === "delete" ? [] : role.refs(after, attach));
      onChange(key);
    },
  );
  stores.set(role.kind, own);

  return {
    store(kind) {
      const store = stores.get(kind);
      if (store === undefined) throw new Error(`BUG: nothing is made of ${kind} objects`);
      return store;
    },
    group(key) {
      if (!own.has(key)) return "gone";
      const object = own.get(key);
      return isAlone ? (object as TargetGroup | undefined) : role.build(object, known);
    },
  };
}

const noMakers = (): readonly string[] => [];

/** Those events of other kinds that upstream counts. */
function isCounted(role: KindName, kind: KindName, event: string): boolean {
  return kind === "service" || (kind === "pod" && role === "endpoints" && event === "update");
}

/**
 * Whether groups change by it. That a pod is gone is told by the endpoints themselves, a moment later: until then its targets keep what
 * was known of it.
 */
function isTold(kind: KindName, { event, before, after }: Change<unknown>): boolean {
  if (event === "delete") return kind !== "pod";
  return event === "add" || !isDeepStrictEqual(before, after);
}
