import { entries, flag, record, text } from "../json/shape.ts";
import { prefixed, type LabelPairs } from "../meta-labels.ts";
import type { Engine } from "./engine-client.ts";

/** An item of `/networks`. */
const network = record({ Id: text, Name: text, Scope: text, Internal: flag, Ingress: flag, Labels: entries(text) });

/** The labels that a target in a network gets, by the network's id. */
export type NetworkLabels = ReadonlyMap<string, LabelPairs>;

/** Asks for all networks; `prefix` is that of the provider, such as `__meta_docker_`. */
export async function networkLabels(engine: Engine, prefix: string, signal: AbortSignal): Promise<NetworkLabels> {
  const networks = await engine.list("/networks", network, "", signal);
  return new Map(
    networks.map(({ Id, Name, Scope, Internal, Ingress, Labels }) => [
      Id,
      [
        [`${prefix}network_id`, Id],
        [`${prefix}network_name`, Name],
        [`${prefix}network_scope`, Scope],
        [`${prefix}network_internal`, String(Internal)],
        [`${prefix}network_ingress`, String(Ingress)],
        ...prefixed(`${prefix}network_label_`, Labels),
      ],
    ]),
  );
}
