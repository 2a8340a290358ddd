import { META, NAMESPACE_LABEL } from "./label-names.ts";
import { readReference, type TargetReference } from "./endpoints.ts";
import { addMeta, addPairs, flatLabels, keyOf, wireKey, type OpenLabels } from "./object-meta.ts";
import { optionalFlag, optionalNumber, optionalText, partOf, partsOf, textOf, textsOf, type Wire } from "./wire.ts";

/** An endpoint of a slice. */
export interface SliceEndpoint {
  readonly addresses: readonly string[];
  readonly nodeName: string | undefined;
  readonly target: TargetReference | undefined;
  /** Flat: all that targets say of it. */
  readonly labels: readonly string[];
}

/** A port of a slice. */
export interface SlicePort {
  readonly number: number | undefined;
  /** Flat: all that targets say of it. */
  readonly labels: readonly string[];
}

/** What is kept of an endpoint slice. */
export interface EndpointSlice {
  readonly key: string;
  readonly namespace: string;
  readonly addressType: string;
  /** Its service's `namespace/name`, if it says one. */
  readonly serviceKey: string | undefined;
  /** Flat, its namespace among them. */
  readonly labels: readonly string[];
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
}

const PREFIX = `${META}endpointslice_`;

/** What is kept of an endpoint slice of the API (discovery.k8s.io/v1). */
export function readEndpointSlice(wire: Wire): EndpointSlice {
  const meta = partOf(wire, "metadata");
  const namespace = textOf(meta, "namespace");
  const addressType = textOf(wire, "addressType");
  const service = optionalText(partOf(meta, "labels"), "kubernetes.io/service-name");
  const labels: OpenLabels = new Map([
    [NAMESPACE_LABEL, namespace],
    [`${PREFIX}address_type`, addressType],
  ]);
  addMeta(labels, wire, "endpointslice");
  return {
    key: wireKey(wire),
    namespace,
    addressType,
    serviceKey: service === undefined ? undefined : keyOf(namespace, service),
    labels: flatLabels(labels),
    endpoints: partsOf(wire, "endpoints").map(readEndpoint),
    ports: partsOf(wire, "ports").map(readPort),
  };
}

function readEndpoint(endpoint: Wire): SliceEndpoint {
  const conditions = partOf(endpoint, "conditions");
  const nodeName = optionalText(endpoint, "nodeName");
  const target = readReference(endpoint);
  const labels: OpenLabels = new Map();
  addGiven(labels, "endpoint_conditions_ready", optionalFlag(conditions, "ready"));
  addGiven(labels, "endpoint_conditions_serving", optionalFlag(conditions, "serving"));
  addGiven(labels, "endpoint_conditions_terminating", optionalFlag(conditions, "terminating"));
  addGiven(labels, "endpoint_hostname", optionalText(endpoint, "hostname"));
  addGiven(labels, "address_target_kind", target?.kind);
  addGiven(labels, "address_target_name", target?.name);
  addGiven(labels, "endpoint_node_name", nodeName);
  addGiven(labels, "endpoint_zone", optionalText(endpoint, "zone"));
  const topology = partOf(endpoint, "deprecatedTopology");
  addPairs(labels, topology, "endpointslice_endpoint_topology_", "endpointslice_endpoint_topology_present_");
  return { addresses: textsOf(endpoint, "addresses"), nodeName, target, labels: flatLabels(labels) };
}

function readPort(port: Wire): SlicePort {
  const number = optionalNumber(port, "port");
  const labels: OpenLabels = new Map();
  addGiven(labels, "port_name", optionalText(port, "name"));
  addGiven(labels, "port_protocol", optionalText(port, "protocol"));
  addGiven(labels, "port", number?.toString());
  addGiven(labels, "port_app_protocol", optionalText(port, "appProtocol"));
  return { number, labels: flatLabels(labels) };
}

function addGiven(labels: OpenLabels, name: string, value: string | undefined): void {
  if (value !== undefined) labels.set(PREFIX + name, value);
}
