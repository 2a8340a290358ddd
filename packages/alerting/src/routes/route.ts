import type { Labels, Matcher } from "@ferula/model";
import { formatMatchers, matchesAll } from "../matchers/label-matchers.ts";

/** How the alerts of a route are grouped and when they are sent. All times are milliseconds. */
export interface RouteOptions {
  readonly receiver: string;
  /** The labels that make a group; `"all"` makes each label set a group of its own. */
  readonly groupBy: readonly string[] | "all";
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
}

/** A node of the routing tree, with what it inherits filled in. */
export interface Route extends RouteOptions {
  readonly matchers: readonly Matcher[];
  /** Whether siblings that come later are asked too when this node matched. */
  readonly continues: boolean;
  readonly children: readonly Route[];
  /** The matchers on the way from the root, joined by `/`: the first half of a group's key. */
  readonly key: string;
  /** As the key, with each node's place among its siblings: unique in the tree. */
  readonly id: string;
}

/** A node as it is configured: what is absent comes from the parent. */
export interface RouteDefinition {
  readonly receiver?: string;
  readonly groupBy?: readonly string[] | "all";
  readonly groupWaitMs?: number;
  readonly groupIntervalMs?: number;
  readonly repeatIntervalMs?: number;
  /** Time intervals are the one thing that isn't inherited. */
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly matchers: readonly Matcher[];
  readonly continues: boolean;
  readonly routes: readonly RouteDefinition[];
}

/** Defaults of the root: dispatch/route.go `DefaultRouteOpts`. */
export const defaultRouteOptions: RouteOptions = Object.freeze({
  receiver: "",
  groupBy: [],
  groupWaitMs: 30_000,
  groupIntervalMs: 300_000,
  repeatIntervalMs: 14_400_000,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
});

/** Builds the tree, each node with its own options and its parent's. */
export function buildRouteTree(root: RouteDefinition): Route {
  return buildNode(root, defaultRouteOptions, "", "", 0);
}

function buildNode(definition: RouteDefinition, parent: RouteOptions, parentKey: string, parentId: string, index: number): Route {
  const options: RouteOptions = {
    receiver: definition.receiver || parent.receiver,
    groupBy: definition.groupBy ?? parent.groupBy,
    groupWaitMs: definition.groupWaitMs ?? parent.groupWaitMs,
    groupIntervalMs: definition.groupIntervalMs ?? parent.groupIntervalMs,
    repeatIntervalMs: definition.repeatIntervalMs ?? parent.repeatIntervalMs,
    muteTimeIntervals: definition.muteTimeIntervals,
    activeTimeIntervals: definition.activeTimeIntervals,
  };
  const own = formatMatchers(definition.matchers);
  const key = parentKey === "" ? own : `${parentKey}/${own}`;
  const id = parentId === "" ? own : `${parentId}/${own}/${index}`;
  return {
    ...options,
    matchers: definition.matchers,
    continues: definition.continues,
    children: definition.routes.map((child, i) => buildNode(child, options, key, id, i)),
    key,
    id,
  };
}

/** The deepest nodes that take an alert with these labels: a node itself when none of its children does. Empty when the root refuses. */
export function matchRoutes(route: Route, labels: Labels): readonly Route[] {
  if (!matchesAll(route.matchers, labels)) return [];
  const found: Route[] = [];
  for (const child of route.children) {
    const matched = matchRoutes(child, labels);
    found.push(...matched);
    if (matched.length > 0 && !child.continues) break;
  }
  return found.length > 0 ? found : [route];
}

/** Every node, parents before children. */
export function* walkRoutes(route: Route): Iterable<Route> {
  yield route;
  for (const child of route.children) yield* walkRoutes(child);
}
