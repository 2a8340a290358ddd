export { alertFingerprint, isResolvedAt, mergeAlerts, type Alert } from "./alert.ts";
export { createAlertStore, type AlertListener, type AlertStore, type AlertStoreOptions } from "./alert-store.ts";
export { createAlertMatcher } from "./matchers/alert-matcher.ts";
export { compareAlerts, compareLabelSets } from "./compare.ts";
export { createInhibitor, type InhibitRule, type Inhibitor } from "./inhibition.ts";
export { formatMatcher, formatMatchers, matchesAll } from "./matchers/label-matchers.ts";
export { MatcherError } from "./matchers/matcher-error.ts";
export { parseMatcher, parseMatchers } from "./matchers/parse-matchers.ts";
export { formatMoment, formatMomentMs, offsetMs, parseMoment, utc, type Moment } from "./moment.ts";
export { type AlertGroup, type Flush, type Notify } from "./routes/alert-group.ts";
export { createDispatcher, type Dispatcher, type DispatcherDeps } from "./routes/dispatcher.ts";
export { formatGroupLabels, groupKeyOf, groupLabelsOf } from "./routes/group-labels.ts";
export {
  buildRouteTree,
  defaultRouteOptions,
  matchRoutes,
  walkRoutes,
  type Route,
  type RouteDefinition,
  type RouteOptions,
} from "./routes/route.ts";
export { noObserver, type StateObserver } from "./state/observer.ts";
export { compareSilences, silenceState, type Silence, type SilenceState } from "./silences/silence.ts";
export {
  openSilences,
  SilenceError,
  type SilenceChange,
  type SilenceDraft,
  type Silences,
  type SilencesOptions,
} from "./silences/silences.ts";
export {
  openNotificationLog,
  type Integration,
  type NotificationEntry,
  type NotificationLog,
  type NotificationLogOptions,
} from "./log/notification-log.ts";
