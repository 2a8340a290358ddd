export { apiRoutes, type ApiDeps } from "./api.ts";
export { readCorsOrigin, type CorsOrigin } from "./cors.ts";
export { earlyRoutes, type EarlyDeps, type Readiness, whenReady } from "./routes/early.ts";
export { API_PATHS } from "./openapi/operations.ts";
export { type FederateDeps, federateHandler } from "./routes/federate.ts";
export { type FederationRequest, type Federator } from "./federate/federator.ts";
export {
  type AdminPort,
  type AlertmanagersPort,
  type AlertView,
  type DroppedTargetView,
  type ExemplarsPort,
  type FeatureSet,
  type NotificationListener,
  type NotificationsPort,
  type NotificationView,
  type RuleGroupView,
  type RulesPort,
  type RuleView,
  type SeriesExemplarsView,
  type StatusPort,
  type TargetsPort,
  type TargetView,
  type WalReplayView,
} from "./ports.ts";
export { openActiveQueries, type ActiveQueries, type ActiveQueriesOptions } from "./query/active-queries.ts";
export { createQueryLog, type LoggedQuery, type QueryLog, type QueryLogOptions, type QueryOrigin } from "./query/query-log.ts";
export {
  createQueryService,
  defaultQueryLimits,
  type QueryOutcome,
  type QueryRequest,
  type QueryService,
  type QueryServiceOptions,
  type QuerySettings,
  type VectorElement,
} from "./query/query-service.ts";
export { type Lister, type ListingRequest } from "./query/listing.ts";
export { type NewestRequest, type NewestSample } from "./query/newest.ts";
export { type EvaluationFeatures, originOf } from "./routes/query.ts";
export { parseGoQuery, type GoQuery } from "./params/go-query.ts";
export { type SearchOptions } from "./routes/search.ts";
export { type Searcher, type SearchRequest } from "./search/searcher.ts";
export { defaultParseOptions, type ParseOptions } from "@ferula/promql-syntax";
export { type QueryTimings } from "./query/query-metrics.ts";
export { defaultWorkerCount, queryWorkerUrl, startQueryPool, type QueryPoolOptions, type QueryWorkerStart } from "./worker/start-pool.ts";
