import { META, NAMESPACE_LABEL } from "./label-names.ts";
import { addMeta, flatLabels, wireKey, type OpenLabels } from "./object-meta.ts";
import { optionalNumber, partOf, partsOf, textOf, textsOf, type Wire } from "./wire.ts";

/** What is kept of a service. */
export interface Service {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  /** Flat, its namespace among them. */
  readonly labels: readonly string[];
  readonly ports: readonly ServicePort[];
  /** The labels that each of its targets has besides those of the port; flat. */
  readonly targetLabels: readonly string[];
  /** The family of addresses that comes first where there are two: `IPv4`. */
  readonly primaryFamily: string | undefined;
}

/** A port of a service. */
export interface ServicePort {
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
}

const DUAL_STACK: ReadonlySet<string> = new Set(["PreferDualStack", "RequireDualStack"]);

/** What is kept of a service of the API. */
export function readService(wire: Wire): Service {
  const meta = partOf(wire, "metadata");
  const spec = partOf(wire, "spec");
  const namespace = textOf(meta, "namespace");
  const labels: OpenLabels = new Map([[NAMESPACE_LABEL, namespace]]);
  addMeta(labels, wire, "service");
  return {
    key: wireKey(wire),
    namespace,
    name: textOf(meta, "name"),
    labels: flatLabels(labels),
    ports: partsOf(spec, "ports").map((port) => ({
      name: textOf(port, "name"),
      number: optionalNumber(port, "port") ?? 0,
      protocol: textOf(port, "protocol"),
    })),
    targetLabels: targetLabels(spec),
    primaryFamily: DUAL_STACK.has(textOf(spec, "ipFamilyPolicy")) ? textsOf(spec, "ipFamilies")[0] : undefined,
  };
}

function targetLabels(spec: Wire): readonly string[] {
  const type = textOf(spec, "type");
  const labels = [`${META}service_type`, type];
  if (type === "ExternalName") labels.push(`${META}service_external_name`, textOf(spec, "externalName"));
  else labels.push(`${META}service_cluster_ip`, textOf(spec, "clusterIP"));
  if (type === "LoadBalancer") labels.push(`${META}service_loadbalancer_ip`, textOf(spec, "loadBalancerIP"));
  return labels;
}
