import { joinHostPort } from "../../meta-labels.ts";
import type { OpenLabels } from "../objects/object-meta.ts";
import type { Container, ContainerPort, Pod } from "../objects/pod.ts";
import { addPod } from "./attach.ts";
import { addContainer, addContainerPort } from "./container-labels.ts";
import type { Known } from "./role.ts";

/** The pods behind the addresses of endpoints, while their targets are gathered. */
export interface CoveredPods {
  /**
   * Adds to a target what its pod says, and its last container with that port. `protocol` stands in for the one that the container
   * declares.
   */
  readonly cover: (target: OpenLabels, pod: Pod, port: number | undefined, protocol?: string) => void;
  /** Targets for the ports that the pods' containers declare and no address has covered. */
  readonly rest: () => readonly OpenLabels[];
}

/** Where no pod has been seen yet. */
export function createCoveredPods(known: Known): CoveredPods {
  const seen = new Map<string, { readonly pod: Pod; readonly ports: Set<number> }>();

  function restOf(pod: Pod, ports: ReadonlySet<number>): readonly OpenLabels[] {
    // A pod that starts or was evicted has no address.
    if (pod.ip === "") return [];
    return pod.containers.flatMap((container) =>
      container.ports.filter(({ number }) => !ports.has(number)).map((port) => restTarget(pod, container, port)),
    );
  }

  function restTarget(pod: Pod, container: Container, port: ContainerPort): OpenLabels {
    const target: OpenLabels = new Map([["__address__", joinHostPort(pod.ip, port.number)]]);
    addContainer(target, container);
    addContainerPort(target, port);
    addPod(target, pod, known);
    return target;
  }

  return {
    cover(target, pod, port, protocol) {
      let entry = seen.get(pod.key);
      if (entry === undefined) seen.set(pod.key, (entry = { pod, ports: new Set() }));
      addPod(target, pod, known);
      if (port === undefined) return;
      entry.ports.add(port);
      for (const container of pod.containers) {
        const declared = container.ports.find(({ number }) => number === port);
        if (declared === undefined) continue;
        addContainer(target, container);
        addContainerPort(target, protocol === undefined ? declared : { ...declared, protocol });
      }
    },
    rest: () => [...seen.values()].flatMap(({ pod, ports }) => restOf(pod, ports)),
  };
}
