import {
  booleanField,
  durationField,
  listField,
  mappingField,
  optionalField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import type { InhibitRule, RouteDefinition } from "@ferula/alerting";
import { isUtf8Name } from "@ferula/model";
import { matchersField, oldMatchersField } from "./matchers.ts";
import { placedField } from "./section-places.ts";
import { unsupported } from "./unsupported.ts";

const ownRouteShape = {
  receiver: stringField(),
  group_by: optionalField(listField(stringField())),
  group_wait: optionalField(durationField(0)),
  group_interval: optionalField(durationField(0)),
  repeat_interval: optionalField(durationField(0)),
  matchers: matchersField,
  match: oldMatchersField("="),
  match_re: oldMatchersField("=~"),
  continue: booleanField(false),
  mute_time_intervals: listField(stringField()),
  active_time_intervals: listField(stringField()),
  labels: unsupported("labels of a route"),
} as const;

/** A node of the routing tree as it is configured. */
export type RouteSection = ConfigOf<typeof ownRouteShape> & { readonly routes: readonly RouteSection[] };

/** A node's children are nodes: the field refers to itself. */
const childRoute: Field<RouteSection> = {
  schema: () => ({ type: ["object", "null"] }),
  print: (route) => routeField.print(route),
  read: (at) => routeField.read(at),
};

const { field: routeField, reportAt: reportAtRoute } = placedField<RouteSection>(
  withCheck(mappingField({ ...ownRouteShape, routes: listField(childRoute) }), (route, report) => {
    const labels = route.group_by ?? [];
    if (labels.includes("...") && labels.length > 1)
      report("group_by", "cannot have wildcard group_by (`...`) and other labels at the same time");
    const repeated = labels.find((name, i) => labels.indexOf(name) < i);
    if (repeated !== undefined) report("group_by", `duplicated label "${repeated}" in group_by`);
    for (const name of labels) if (name !== "..." && !isUtf8Name(name)) report("group_by", `invalid label name "${name}" in group_by list`);
    if (route.group_interval === 0) report("group_interval", "group_interval cannot be zero");
    if (route.repeat_interval === 0) report("repeat_interval", "repeat_interval cannot be zero");
  }),
);

export { reportAtRoute, routeField };

/** The tree for the dispatcher. */
export function toRouteDefinition(route: RouteSection): RouteDefinition {
  const { receiver, group_by: groupBy, group_wait: wait, group_interval: interval, repeat_interval: repeat } = route;
  return {
    ...(receiver === "" ? {} : { receiver }),
    ...(groupBy === undefined ? {} : { groupBy: groupBy.length === 1 && groupBy[0] === "..." ? ("all" as const) : groupBy }),
    ...(wait === undefined ? {} : { groupWaitMs: wait }),
    ...(interval === undefined ? {} : { groupIntervalMs: interval }),
    ...(repeat === undefined ? {} : { repeatIntervalMs: repeat }),
    muteTimeIntervals: route.mute_time_intervals,
    activeTimeIntervals: route.active_time_intervals,
    matchers: [...route.match, ...route.match_re, ...route.matchers],
    continues: route.continue,
    routes: route.routes.map(toRouteDefinition),
  };
}

/** Every node, parents before children. */
export function* walkRouteSections(route: RouteSection): Iterable<RouteSection> {
  yield route;
  for (const child of route.routes) yield* walkRouteSections(child);
}

const inhibitShape = {
  name: stringField(),
  source_matchers: matchersField,
  source_match: oldMatchersField("="),
  source_match_re: oldMatchersField("=~"),
  target_matchers: matchersField,
  target_match: oldMatchersField("="),
  target_match_re: oldMatchersField("=~"),
  equal: listField(stringField()),
} as const;

export const inhibitRuleField: Field<ConfigOf<typeof inhibitShape>> = withCheck(mappingField(inhibitShape), ({ equal }, report) => {
  for (const name of equal) if (!isUtf8Name(name)) report("equal", `invalid label name "${name}" in equal list`);
});

export function toInhibitRule(section: ConfigOf<typeof inhibitShape>): InhibitRule {
  return {
    source: [...section.source_match, ...section.source_match_re, ...section.source_matchers],
    target: [...section.target_match, ...section.target_match_re, ...section.target_matchers],
    equal: section.equal,
  };
}
