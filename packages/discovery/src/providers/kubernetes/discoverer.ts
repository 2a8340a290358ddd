import { createBackoff } from "@ferula/lifecycle";
import type { Discoverer, DiscovererDeps, Emit } from "../../provider.ts";
import type { KubernetesConfig } from "../../sections/kubernetes/kubernetes.ts";
import { emptyGroup, type TargetGroup } from "../../target-group.ts";
import { podEnvironment, type PodEnvironment } from "./access/in-cluster.ts";
import { openAccess } from "./access/open-access.ts";
import { createApiClient, type Query } from "./api/api-client.ts";
import { createFailureLog } from "./api/failure-log.ts";
import { kinds, type KindName } from "./api/kinds.ts";
import { listAndWatch } from "./api/list-watch.ts";
import { createKnownObjects, type KnownObjects } from "./known-objects.ts";
import { kubernetesMetrics } from "./kubernetes-metrics.ts";
import { roles } from "./roles/index.ts";
import { sourceOf, type Role } from "./roles/role.ts";
import { createWorkQueue, type WorkQueue } from "./work-queue.ts";

/** What tests put in place of the world. */
export interface KubernetesWorld {
  readonly environment: PodEnvironment;
  /** From 0 to below 1. */
  readonly random: () => number;
}

const REAL_WORLD: KubernetesWorld = { environment: podEnvironment, random: Math.random };

/** The waits between tries, those of Kubernetes' own clients (client-go `Reflector`). */
const BACKOFF = { minMs: 800, maxMs: 30_000, jitter: 0.5 };

/** Of these nothing but names, labels, annotations and owners is asked for, unless they are what is discovered. */
const METADATA_KINDS: ReadonlySet<KindName> = new Set(["node", "namespace", "replicaset", "job"]);

/** Follows the objects of a section's role, and those that go into their groups. Throws an error for the log when the API can't be reached as configured. */
export function createKubernetesDiscoverer(
  config: KubernetesConfig,
  deps: DiscovererDeps,
  { environment, random }: KubernetesWorld = REAL_WORLD,
): Discoverer {
  const { clock, userAgent } = deps;
  const role = roles[config.role];
  const logger = deps.logger.with({ role: config.role });
  const metrics = deps.metrics.of(kubernetesMetrics);
  const access = openAccess(config, { logger, clock, client: { userAgent }, environment });
  const client = createApiClient(access, clock, metrics);
  const queries = queriesOf(config, role, access.ownNamespace);

  /** Until `signal` aborts. `onListed` is called when everything there is has been told, and is not to be waited for any more. */
  function follow(query: Query, known: KnownObjects, onListed: () => void, signal: AbortSignal): Promise<void> {
    const { put, remove, keepOnly } = known.store(query.kind);
    const ofQuery = logger.with({ resource: kinds[query.kind].resource, namespace: query.namespace });
    const failures = createFailureLog(ofQuery);
    const target = {
      put,
      remove,
      keepOnly(keys: ReadonlySet<string>): void {
        keepOnly(query.namespace, keys);
        onListed();
      },
    };
    const onFailure = (error: unknown): void => {
      metrics.failures.inc();
      failures.onFailure(error);
      if (isDispensable(query.kind, role)) onListed();
    };
    const followDeps = {
      client,
      clock,
      random,
      backoff: createBackoff({ ...BACKOFF, random }),
      onFailure,
      onBroken: (error: unknown) => ofQuery.debug("A watch has broken off", { err: error }),
      onSuccess: failures.onSuccess,
    };
    return listAndWatch(query, target, followDeps, signal);
  }

  return {
    async run(emit, signal) {
      const unlisted = new Set(queries);
      const telling = createTelling(emit, () => unlisted.size === 0);
      const known = createKnownObjects({
        role,
        attach: config.attach_metadata,
        metrics,
        logger,
        onChange: (key) => queue.add(key),
      });
      const queue: WorkQueue = createWorkQueue({
        name: config.role,
        clock,
        logger,
        metrics: metrics.queue,
        isReady: (key) => isListed(key, unlisted),
        work: (key) => telling.add(groupNow(known, role, key)),
        onIdle: telling.tell,
      });
      const onListed = (query: Query): void => {
        if (unlisted.delete(query)) queue.wake();
      };
      try {
        await Promise.all(queries.map((query) => follow(query, known, () => onListed(query), signal)));
      } finally {
        queue.stop();
        await access.close();
      }
    },
  };
}

/** Lists and watches, for all kinds that groups are made of: in each namespace that is searched, or in all at once. */
function queriesOf({ selectors, namespaces, attach_metadata: attach }: KubernetesConfig, role: Role, own: string): readonly Query[] {
  const searched = [...new Set([...namespaces.names, ...(own === "" ? [] : [own])])];
  const everywhere = searched.length === 0 ? [""] : searched;
  return [...new Set([role.kind, ...role.joins(attach)])].flatMap((kind) => {
    const { label = "", field = "" } = selectors.find((one) => one.role === kind) ?? {};
    const isMetadataOnly = kind !== role.kind && METADATA_KINDS.has(kind);
    return (kinds[kind].isNamespaced ? everywhere : [""]).map((namespace) => ({ kind, namespace, label, field, isMetadataOnly }));
  });
}

/**
 * Whether targets are told before it has been listed, if that fails. Upstream does not wait for what made the pods of endpoints, and who
 * may not list it has targets all the same; where it can be listed, waiting for it keeps labels from changing at once.
 */
function isDispensable(kind: KindName, role: Role): boolean {
  return role.kind !== "pod" && (kind === "replicaset" || kind === "job");
}

/** Whether all that goes into the group of `key` has been listed. */
function isListed(key: string, unlisted: ReadonlySet<Query>): boolean {
  for (const { namespace } of unlisted) if (namespace === "" || key.startsWith(`${namespace}/`)) return false;
  return true;
}

function groupNow(known: KnownObjects, role: Role, key: string): TargetGroup | undefined {
  const group = known.group(key);
  return group === "gone" ? emptyGroup(sourceOf(role, key)) : group;
}

interface Telling {
  readonly add: (group: TargetGroup | undefined) => void;
  readonly tell: () => void;
}

/** Gathers groups and passes them on together; once all is listed it passes on that there are none, too. */
function createTelling(emit: Emit, isAllListed: () => boolean): Telling {
  let gathered: TargetGroup[] = [];
  let hasEmitted = false;
  return {
    add(group) {
      if (group !== undefined) gathered.push(group);
    },
    tell() {
      if (gathered.length === 0 && (hasEmitted || !isAllListed())) return;
      const groups = gathered;
      gathered = [];
      hasEmitted = true;
      emit(groups);
    },
  };
}
