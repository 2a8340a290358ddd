import { addAnnotationsAndLabels, addMeta, controllerOf, flatLabels, type OpenLabels, type Owner } from "./object-meta.ts";
import type { Wire } from "./wire.ts";

/** What targets get of a node or a namespace. */
export interface Attachment {
  /** Flat. */
  readonly labels: readonly string[];
}

/** What is kept of a node whose labels targets get. */
export function readAttachedNode(wire: Wire): Attachment {
  const labels: OpenLabels = new Map();
  addMeta(labels, wire, "node");
  return { labels: flatLabels(labels) };
}

/** What is kept of a namespace whose labels targets get. Its name they have anyway. */
export function readAttachedNamespace(wire: Wire): Attachment {
  const labels: OpenLabels = new Map();
  addAnnotationsAndLabels(labels, wire, "namespace");
  return { labels: flatLabels(labels) };
}

/** What is kept of a replica set or a job: who made it. */
export interface Owned {
  readonly owner: Owner | undefined;
}

/** What is kept of a replica set or a job of the API. */
export function readOwned(wire: Wire): Owned {
  return { owner: controllerOf(wire) };
}
