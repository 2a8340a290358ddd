import type { Alert } from "../alert.ts";
import type { AlertStore } from "../alert-store.ts";
import { createAlertGroup, type AlertGroup, type AlertGroupDeps } from "./alert-group.ts";
import { formatGroupLabels, groupLabelsOf } from "./group-labels.ts";
import { matchRoutes, type Route } from "./route.ts";
import { timed } from "../timed.ts";

/** Sorts alerts into the groups of the routes that take them. */
export interface Dispatcher {
  /** The groups that are there, empty ones too until they are swept. */
  readonly groups: () => readonly AlertGroup[];
  /** Drops groups that nothing is left in. */
  readonly sweep: () => void;
  /** Takes no more alerts, and stops every group. */
  readonly stop: () => Promise<void>;
}

export interface DispatcherDeps extends AlertGroupDeps {
  /** Is told how long it took to sort an alert in. */
  readonly onDispatched?: (seconds: number) => void;
}

/** Starts with the alerts that `store` holds and follows what comes. */
export function createDispatcher(root: Route, store: AlertStore, { onDispatched, ...deps }: DispatcherDeps): Dispatcher {
  const groups = new Map<string, AlertGroup>();

  function dispatch(alert: Alert): void {
    for (const route of matchRoutes(root, alert.labels)) {
      const labels = groupLabelsOf(route, alert.labels);
      const id = `${route.id}\n${formatGroupLabels(labels)}`;
      let group = groups.get(id);
      // A group that everything has left is over: what comes now waits for company again, as the first of a new group.
      if (group === undefined || group.isEmpty()) {
        void group?.stop();
        group = createAlertGroup(route, labels, deps);
        groups.set(id, group);
      }
      group.insert(alert);
    }
  }

  const unsubscribe = store.subscribe((alert) =>
    timed(
      () => dispatch(alert),
      (seconds) => onDispatched?.(seconds),
    ),
  );
  return {
    groups: () => [...groups.values()],
    sweep() {
      for (const [id, group] of groups) {
        if (!group.isEmpty()) continue;
        groups.delete(id);
        // An empty group has no round to wait for: stopping it only ends its timer.
        void group.stop();
      }
    },
    async stop() {
      unsubscribe();
      await Promise.all([...groups.values()].map((group) => group.stop()));
      groups.clear();
    },
  };
}
