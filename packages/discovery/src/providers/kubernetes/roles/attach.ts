import type { KindName } from "../api/kinds.ts";
import { META } from "../objects/label-names.ts";
import { addFlat, keyOf, type OpenLabels } from "../objects/object-meta.ts";
import type { Pod } from "../objects/pod.ts";
import { refTo, type Attach, type Known } from "./role.ts";

/** The kinds that must be known for what targets of pods get. The name of a job stands in the pod itself. */
export function attachedToPods(attach: Attach): readonly KindName[] {
  return [
    ...attachedToAll(attach),
    ...(attach.node ? (["node"] as const) : []),
    ...(attach.deployment ? (["replicaset"] as const) : []),
    ...(attach.cronjob ? (["job"] as const) : []),
  ];
}

/** The kinds that must be known for what any target may get. */
export function attachedToAll({ namespace }: Attach): readonly KindName[] {
  return namespace ? ["namespace"] : [];
}

/** The namespace that a group depends on, if it does. */
export function namespaceRefs(namespace: string, attach: Attach): readonly string[] {
  return attach.namespace ? [refTo("namespace", namespace)] : [];
}

/** What made a pod, where targets get the name of what made that in turn. */
export function makerRefs({ namespace, owner }: Pod, attach: Attach): readonly string[] {
  if (owner === undefined) return [];
  const key = keyOf(namespace, owner.name);
  if (owner.kind === "ReplicaSet" && attach.deployment) return [refTo("replicaset", key)];
  if (owner.kind === "Job" && attach.cronjob) return [refTo("job", key)];
  return [];
}

/** Adds what the namespace says, if targets are to get it. */
export function addNamespace(labels: OpenLabels, namespace: string, { attach, namespace: find }: Known): void {
  if (attach.namespace) addFlat(labels, find(namespace)?.labels ?? []);
}

/** Adds what the node says, if targets are to get it and there is one. */
export function addNode(labels: OpenLabels, name: string | undefined, { attach, node }: Known): void {
  if (attach.node && name !== undefined) addFlat(labels, node(name)?.labels ?? []);
}

/** Adds the labels of a pod, and the names of what has made it. */
export function addPod(labels: OpenLabels, pod: Pod, { attach, replicaset, job }: Known): void {
  addFlat(labels, pod.labels);
  const { owner } = pod;
  if (owner === undefined) return;
  const key = keyOf(pod.namespace, owner.name);
  if (owner.kind === "ReplicaSet" && attach.deployment) {
    const maker = replicaset(key)?.owner;
    if (maker?.kind === "Deployment") labels.set(`${META}pod_deployment_name`, maker.name);
  }
  if (owner.kind !== "Job") return;
  if (attach.job) labels.set(`${META}pod_job_name`, owner.name);
  const maker = attach.cronjob ? job(key)?.owner : undefined;
  if (maker?.kind === "CronJob") labels.set(`${META}pod_cronjob_name`, maker.name);
}
