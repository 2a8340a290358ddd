import {
  booleanField,
  described,
  durationField,
  listField,
  mapField,
  mappingField,
  namedField,
  optionalField,
  stringField,
  unservedWhere,
  type Check,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import type { RouteDefinition } from "@ferula/alerting";
import { isUtf8Name } from "@ferula/model";
import type { LateChecks } from "./late-checks.ts";
import { matchersField, oldMatchersField } from "./matchers.ts";

const isUsed = ({ length }: readonly string[]): boolean => length > 0;

const matchShape = {
  receiver: described(stringField(), "Whom notifications go to; empty is the parent's receiver."),
  group_by: described(optionalField(listField(stringField())), "Labels by whose values alerts are grouped; `...` is by all of them."),
  match: described(oldMatchersField("="), "Labels that alerts must have; `matchers` is the newer way."),
  match_re: described(oldMatchersField("=~"), "As `match`, with expressions for whole values."),
  matchers: described(matchersField, "Which alerts the route takes."),
  mute_time_intervals: described(
    unservedWhere(listField(stringField()), isUsed, "muting by time intervals"),
    "Names of times in which nothing is sent.",
  ),
  active_time_intervals: described(
    unservedWhere(listField(stringField()), isUsed, "muting by time intervals"),
    "Names of times outside of which nothing is sent.",
  ),
  continue: described(booleanField(false), "Whether alerts that this route has taken go on to its next siblings."),
} as const;

const groupShape = {
  group_wait: described(optionalField(durationField(0)), "How long a new group waits for more alerts before its first notification."),
  group_interval: described(optionalField(durationField(0)), "How long a group waits before it tells of new or ended alerts."),
  repeat_interval: described(optionalField(durationField(0)), "How long until a notification is repeated while nothing changes."),
  labels: described(
    unservedWhere(mapField(stringField()), ({ size }) => size > 0, "labels of a route"),
    "Labels of the route and those below; their values are templates.",
  ),
} as const;

/** A node of the routing tree as it is configured. */
export type RouteSection = ConfigOf<typeof matchShape> & ConfigOf<typeof groupShape> & { readonly routes: readonly RouteSection[] };

type RouteCheck = Check<RouteSection>;

interface RoutePartCheck {
  readonly of: readonly (keyof RouteSection)[];
  readonly check: RouteCheck;
}

/** The tree (config/config.go `Route`). What its nodes lead to is looked up by the late checks. */
export function routeField(late: LateChecks): Field<RouteSection> {
  const checks: readonly RoutePartCheck[] = [
    { of: ["group_by"], check: checkGroupBy },
    { of: ["group_interval", "repeat_interval"], check: checkIntervals },
    { of: ["labels"], check: checkLabels },
    { of: ["receiver"], check: receiverCheck(late) },
    { of: ["mute_time_intervals"], check: intervalCheck("mute_time_intervals", late) },
    { of: ["active_time_intervals"], check: intervalCheck("active_time_intervals", late) },
  ];
  // A node's children are nodes: the field refers to itself.
  const child: Field<RouteSection> = namedField("route", () => node);
  const shape = {
    ...matchShape,
    routes: described(listField(child), "The routes below: an alert goes to the first that takes it, else stays here."),
    ...groupShape,
  };
  const node: Field<RouteSection> = mappingField(shape, { checks });
  return mappingField(shape, { checks: [...checks, ...rootChecks] });
}

const checkGroupBy: RouteCheck = ({ group_by: names = [] }, report) => {
  if (names.includes("...") && names.some((name) => name !== "..."))
    report("group_by", "cannot have wildcard group_by (`...`) and other labels at the same time");
  const repeated = firstRepeated(names.filter((name) => name !== "..."));
  if (repeated !== undefined) report("group_by", `duplicated label ${goQuote(repeated)} in group_by`);
  for (const name of names) if (!isUtf8Name(name)) report("group_by", `invalid label name ${goQuote(name)} in group_by list`);
};

function firstRepeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return name;
    seen.add(name);
  }
  return undefined;
}

const checkIntervals: RouteCheck = (route, report) => {
  if (route.group_interval === 0) report("group_interval", "group_interval cannot be zero");
  if (route.repeat_interval === 0) report("repeat_interval", "repeat_interval cannot be zero");
};

const checkLabels: RouteCheck = ({ labels }, report) => {
  for (const name of labels.keys()) if (!isUtf8Name(name)) report("labels", `invalid label name ${goQuote(name)} in route labels`);
};

function receiverCheck({ whenNamed }: LateChecks): RouteCheck {
  return ({ receiver }, report) => {
    if (receiver === "") return;
    whenNamed(({ receivers }) => {
      if (!receivers.has(receiver)) report("receiver", `undefined receiver ${goQuote(receiver)} used in route`);
    });
  };
}

function intervalCheck(key: "mute_time_intervals" | "active_time_intervals", { whenNamed }: LateChecks): RouteCheck {
  return (route, report) => {
    whenNamed(({ timeIntervals }) => {
      for (const name of route[key]) if (!timeIntervals.has(name)) report(key, `undefined time interval ${goQuote(name)} used in route`);
    });
  };
}

const matchesAny: RouteCheck = (route, report) => {
  const key = (["match", "match_re", "matchers"] as const).find((one) => route[one].length > 0);
  if (key !== undefined) report(key, "root route must not have any matchers");
};

/** The root takes what no other node takes, and at any time. */
const rootChecks: readonly RoutePartCheck[] = [
  rootRule("receiver", ({ receiver }) => receiver === "", "root route must specify a default receiver"),
  { of: ["match", "match_re", "matchers"], check: matchesAny },
  rootRule("continue", (route) => route.continue, "cannot have continue in root route"),
  rootRule("mute_time_intervals", (route) => isUsed(route.mute_time_intervals), "root route must not have any mute time intervals"),
  rootRule("active_time_intervals", (route) => isUsed(route.active_time_intervals), "root route must not have any active time intervals"),
];

function rootRule(key: keyof RouteSection, isBroken: (route: RouteSection) => boolean, message: string): RoutePartCheck {
  return {
    of: [key],
    check(route, report) {
      if (isBroken(route)) report(key, message);
    },
  };
}

/** The tree for the dispatcher. */
export function toRouteDefinition(route: RouteSection): RouteDefinition {
  const { receiver, group_by: groupBy, group_wait: wait, group_interval: interval, repeat_interval: repeat } = route;
  return {
    ...(receiver === "" ? {} : { receiver }),
    ...(groupBy === undefined ? {} : { groupBy: groupBy.includes("...") ? ("all" as const) : groupBy }),
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
