import { NAMESPACE_LABEL } from "./label-names.ts";
import { addMeta, flatLabels, keyOf, wireKey, type OpenLabels } from "./object-meta.ts";
import { hasPart, optionalNumber, optionalText, partOf, partsOf, textOf, type Wire } from "./wire.ts";

/** What stands behind an address. */
export interface TargetReference {
  readonly kind: string;
  readonly name: string;
  /** `namespace/name`. */
  readonly key: string;
}

/** An address of endpoints. */
export interface EndpointAddress {
  readonly ip: string;
  readonly hostname: string;
  readonly nodeName: string | undefined;
  readonly target: TargetReference | undefined;
  readonly isReady: boolean;
}

/** A port of endpoints. */
export interface EndpointPort {
  readonly name: string;
  readonly number: number;
  readonly protocol: string;
}

/** Addresses, each of which has all the ports. */
export interface EndpointSubset {
  readonly addresses: readonly EndpointAddress[];
  readonly ports: readonly EndpointPort[];
}

/** What is kept of endpoints. */
export interface Endpoints {
  /** Also that of their service. */
  readonly key: string;
  readonly namespace: string;
  /** Flat, their namespace among them. */
  readonly labels: readonly string[];
  readonly subsets: readonly EndpointSubset[];
  /** `truncated` or `warning` where they hold more addresses than the API keeps in one object. */
  readonly overCapacity: string;
}

/** What is kept of endpoints of the API. */
export function readEndpoints(wire: Wire): Endpoints {
  const meta = partOf(wire, "metadata");
  const namespace = textOf(meta, "namespace");
  const labels: OpenLabels = new Map([[NAMESPACE_LABEL, namespace]]);
  addMeta(labels, wire, "endpoints");
  return {
    key: wireKey(wire),
    namespace,
    labels: flatLabels(labels),
    subsets: partsOf(wire, "subsets").map((subset) => ({
      addresses: [...readAddresses(subset, "addresses", true), ...readAddresses(subset, "notReadyAddresses", false)],
      ports: partsOf(subset, "ports").map((port) => ({
        name: textOf(port, "name"),
        number: optionalNumber(port, "port") ?? 0,
        protocol: textOf(port, "protocol"),
      })),
    })),
    overCapacity: textOf(partOf(meta, "annotations"), OVER_CAPACITY) || textOf(partOf(meta, "labels"), OVER_CAPACITY),
  };
}

const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

function readAddresses(subset: Wire, key: string, isReady: boolean): readonly EndpointAddress[] {
  return partsOf(subset, key).map((address) => ({
    ip: textOf(address, "ip"),
    hostname: textOf(address, "hostname"),
    nodeName: optionalText(address, "nodeName"),
    target: readReference(address),
    isReady,
  }));
}

/** What the `targetRef` of an address names. */
export function readReference(address: Wire): TargetReference | undefined {
  if (!hasPart(address, "targetRef")) return undefined;
  const reference = partOf(address, "targetRef");
  const name = textOf(reference, "name");
  return { kind: textOf(reference, "kind"), name, key: keyOf(textOf(reference, "namespace"), name) };
}
