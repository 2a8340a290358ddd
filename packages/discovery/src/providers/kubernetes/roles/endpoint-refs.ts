import type { TargetReference } from "../objects/endpoints.ts";
import type { Pod } from "../objects/pod.ts";
import { refTo, type Attach, type Known } from "./role.ts";

/** What an address of endpoints or of a slice says of what stands behind it. */
interface Backed {
  readonly nodeName: string | undefined;
  readonly target: TargetReference | undefined;
}

/** The pods and nodes that targets at these addresses depend on. */
export function endpointRefs(backed: readonly Backed[], attach: Attach): readonly string[] {
  const refs: string[] = [];
  for (const one of backed) {
    const { target, nodeName } = one;
    if (target?.kind === "Pod") refs.push(refTo("pod", target.key));
    const node = nodeOf(one) ?? nodeName;
    if (attach.node && node !== undefined) refs.push(refTo("node", node));
    if (attach.node && nodeName !== undefined && nodeName !== node) refs.push(refTo("node", nodeName));
  }
  return refs;
}

/** The node that stands behind an address itself. */
export function nodeOf({ target }: Backed): string | undefined {
  return target?.kind === "Node" ? target.name : undefined;
}

/** The pod behind an address, if it is known. */
export function podOf({ target }: Backed, known: Known): Pod | undefined {
  return target?.kind === "Pod" ? known.pod(target.key) : undefined;
}
