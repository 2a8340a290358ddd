import { META } from "../objects/label-names.ts";
import type { OpenLabels } from "../objects/object-meta.ts";
import type { Container, ContainerPort } from "../objects/pod.ts";

const PREFIX = `${META}pod_container_`;

/** Adds what a container says of itself. */
export function addContainer(labels: OpenLabels, { name, image, isInit }: Container): void {
  labels.set(`${PREFIX}image`, image);
  labels.set(`${PREFIX}init`, String(isInit));
  labels.set(`${PREFIX}name`, name);
}

/** Adds the identity of a running container. */
export function addContainerId(labels: OpenLabels, { id }: Container): void {
  labels.set(`${PREFIX}id`, id);
}

/** Adds a port of a container. */
export function addContainerPort(labels: OpenLabels, { name, number, protocol }: ContainerPort): void {
  labels.set(`${PREFIX}port_name`, name);
  labels.set(`${PREFIX}port_number`, String(number));
  labels.set(`${PREFIX}port_protocol`, protocol);
}
