import type { Labels } from "@ferula/model";
import { entries, flag, optional, record, text, type RecordOf } from "../../json/shape.ts";
import { joinHostPort, prefixed, targetOf, type LabelPairs } from "../../meta-labels.ts";
import { cannot } from "../cannot.ts";
import type { Engine } from "../engine-client.ts";
import { SWARM } from "./prefix.ts";

const nodeShape = {
  ID: text,
  Spec: record({ Role: text, Availability: text, Labels: entries(text) }),
  Description: record({
    Hostname: text,
    Platform: record({ Architecture: text, OS: text }),
    Engine: record({ EngineVersion: text }),
  }),
  Status: record({ State: text, Addr: text }),
  ManagerStatus: optional(record({ Leader: flag, Reachability: text, Addr: text })),
} as const;

/** An item of `/nodes`. */
type Node = RecordOf<typeof nodeShape>;

/** A target for each node (discovery/moby/nodes.go). */
export async function nodeTargets(engine: Engine, filters: string, port: number, signal: AbortSignal): Promise<readonly Labels[]> {
  const nodes = await listNodes(engine, filters, signal);
  return nodes.map((node) => targetOf(joinHostPort(node.Status.Addr, port), labelsOfNode(node), detailsOf(node)));
}

/** What tasks get of their nodes. */
export interface KnownNode {
  readonly labels: LabelPairs;
  readonly address: string;
}

/** All nodes by their ids. */
export async function knownNodes(engine: Engine, signal: AbortSignal): Promise<ReadonlyMap<string, KnownNode>> {
  const nodes = await listNodes(engine, "", signal);
  return new Map(nodes.map((node) => [node.ID, { labels: labelsOfNode(node), address: node.Status.Addr }]));
}

function listNodes(engine: Engine, filters: string, signal: AbortSignal): Promise<readonly Node[]> {
  return cannot("error while listing swarm nodes", () => engine.list("/nodes", record(nodeShape), filters, signal));
}

function labelsOfNode({ ID, Spec, Description, Status }: Node): LabelPairs {
  return [
    [`${SWARM}node_id`, ID],
    [`${SWARM}node_role`, Spec.Role],
    [`${SWARM}node_address`, Status.Addr],
    [`${SWARM}node_availability`, Spec.Availability],
    [`${SWARM}node_hostname`, Description.Hostname],
    [`${SWARM}node_platform_architecture`, Description.Platform.Architecture],
    [`${SWARM}node_platform_os`, Description.Platform.OS],
    [`${SWARM}node_status`, Status.State],
    ...prefixed(`${SWARM}node_label_`, Spec.Labels),
  ];
}

/** What nodes have as targets themselves, and tasks don't get. */
function detailsOf({ Description, ManagerStatus }: Node): LabelPairs {
  const version = [`${SWARM}node_engine_version`, Description.Engine.EngineVersion] as const;
  if (ManagerStatus === undefined) return [version];
  return [
    version,
    [`${SWARM}node_manager_leader`, String(ManagerStatus.Leader)],
    [`${SWARM}node_manager_reachability`, ManagerStatus.Reachability],
    [`${SWARM}node_manager_address`, ManagerStatus.Addr],
  ];
}
