export { apiRoutes, type ApiDeps } from "./api.ts";
export {
  type AlertmanagersPort,
  type AlertView,
  type DroppedTargetView,
  type MetadataPort,
  type RuleGroupView,
  type RulesPort,
  type RuleView,
  type StatusPort,
  type TargetsPort,
  type TargetView,
} from "./ports.ts";
export { createQueryService, type QueryRequest, type QueryService, type QueryServiceOptions } from "./query-service.ts";
export { startQueryPool, type QueryPoolOptions } from "./worker/start-pool.ts";
