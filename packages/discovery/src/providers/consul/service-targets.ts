import type { Labels } from "@ferula/model";
import { entries, list, record, text, wholeNumber, type Read, type RecordOf } from "../json/shape.ts";
import { joinHostPort, prefixed, targetOf, wrappedList } from "../meta-labels.ts";

const checkShape = { CheckID: text, Status: text } as const;
const instanceShape = {
  Node: record({ Node: text, Address: text, Meta: entries(text), TaggedAddresses: entries(text) }),
  Service: record({
    ID: text,
    Address: text,
    Port: wholeNumber,
    Tags: list(text),
    Meta: entries(text),
    Namespace: text,
    Partition: text,
  }),
  Checks: list(record(checkShape)),
} as const;

const instance = record(instanceShape);

/** Reads an item of `/v1/health/service/<name>` as a target. */
export function serviceTarget(tagSeparator: string): Read<Labels> {
  return (value, path) => labelsOfInstance(instance(value, path), tagSeparator);
}

/** An instance may be registered by another node than its own: its address comes before that of the node. */
function labelsOfInstance({ Node, Service, Checks }: RecordOf<typeof instanceShape>, tagSeparator: string): Labels {
  return targetOf(
    joinHostPort(Service.Address === "" ? Node.Address : Service.Address, Service.Port),
    [
      ["__meta_consul_address", Node.Address],
      ["__meta_consul_node", Node.Node],
      ["__meta_consul_namespace", Service.Namespace],
      ["__meta_consul_partition", Service.Partition],
      ["__meta_consul_tags", wrappedList(Service.Tags, tagSeparator)],
      ["__meta_consul_service_address", Service.Address],
      ["__meta_consul_service_port", String(Service.Port)],
      ["__meta_consul_service_id", Service.ID],
      ["__meta_consul_health", healthOf(Checks)],
    ],
    prefixed("__meta_consul_metadata_", Node.Meta),
    prefixed("__meta_consul_service_metadata_", Service.Meta),
    prefixed("__meta_consul_tagged_address_", Node.TaggedAddresses),
  );
}

/** The statuses that a check may have, the worst first. */
const STATUSES = ["critical", "warning", "passing"];

/**
 * The worst status of an instance's checks; a node or service under maintenance is worse than any. Without checks it passes; with a status
 * that Consul doesn't have it is unknown (hashicorp/consul/api `HealthChecks.AggregatedStatus`).
 */
function healthOf(checks: readonly RecordOf<typeof checkShape>[]): string {
  let isMaintained = false;
  const found = new Set<string>();
  for (const { CheckID, Status } of checks) {
    if (CheckID === "_node_maintenance" || CheckID.startsWith("_service_maintenance:")) isMaintained = true;
    else if (STATUSES.includes(Status)) found.add(Status);
    else return "";
  }
  if (isMaintained) return "maintenance";
  return STATUSES.find((status) => found.has(status)) ?? "passing";
}
