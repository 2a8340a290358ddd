import { labelName, META } from "./label-names.ts";
import { partOf, partsOf, textOf, type Wire } from "./wire.ts";

/** Labels while they are gathered: what comes later counts. Empty values may stand there, and are no labels. */
export type OpenLabels = Map<string, string>;

/** Who made an object: the `controller` among its owners. */
export interface Owner {
  readonly kind: string;
  readonly name: string;
}

/** `namespace/name`, or the name of what has no namespace. */
export function keyOf(namespace: string, name: string): string {
  return namespace === "" ? name : `${namespace}/${name}`;
}

/** The key of an object of the API. */
export function wireKey(wire: Wire): string {
  const meta = partOf(wire, "metadata");
  return keyOf(textOf(meta, "namespace"), textOf(meta, "name"));
}

/** The name, labels and annotations of an object, as labels of `resource`: `pod`. */
export function addMeta(labels: OpenLabels, wire: Wire, resource: string): void {
  addAnnotationsAndLabels(labels, wire, resource);
  labels.set(`${META}${resource}_name`, textOf(partOf(wire, "metadata"), "name"));
}

/** The labels and annotations alone. For each a second label says that it is there, whatever it holds. */
export function addAnnotationsAndLabels(labels: OpenLabels, wire: Wire, resource: string): void {
  const meta = partOf(wire, "metadata");
  addPairs(labels, partOf(meta, "annotations"), `${resource}_annotation_`, `${resource}_annotationpresent_`);
  addPairs(labels, partOf(meta, "labels"), `${resource}_label_`, `${resource}_labelpresent_`);
}

/**
 * A label for each value, by the name that follows `prefix`, and one after `presentPrefix` that says it is there. One after the other:
 * the API sorts its maps, and labels that come in their order are sorted at next to no cost.
 */
export function addPairs(labels: OpenLabels, pairs: Wire, prefix: string, presentPrefix: string): void {
  const given = Object.entries(pairs).filter((pair): pair is [string, string] => typeof pair[1] === "string");
  for (const [name, value] of given) labels.set(labelName(prefix, name), value);
  for (const [name] of given) labels.set(labelName(presentPrefix, name), "true");
}

/** Adds `more`, a flat list `[name, value, …]`, over what is there. */
export function addFlat(labels: OpenLabels, more: readonly string[]): void {
  for (let i = 0; i < more.length; i += 2) labels.set(more[i], more[i + 1]);
}

/** The flat list `[name, value, …]` of labels, as objects keep them. */
export function flatLabels(labels: OpenLabels): readonly string[] {
  const flat: string[] = [];
  for (const [name, value] of labels) flat.push(name, value);
  return flat;
}

/** The controller of an object. */
export function controllerOf(wire: Wire): Owner | undefined {
  const owner = partsOf(partOf(wire, "metadata"), "ownerReferences").find(({ controller }) => controller === true);
  return owner === undefined ? undefined : { kind: textOf(owner, "kind"), name: textOf(owner, "name") };
}
