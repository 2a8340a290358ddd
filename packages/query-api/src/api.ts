import type { Logger } from "@ferula/logging";
import { defaultParseOptions, type ParseOptions } from "@ferula/promql-syntax";
import type { Queryable } from "@ferula/storage";
import type { Router } from "express";
import { addRoute, createRoutes, sendPlain } from "./add-route.ts";
import { answerApiError } from "./answer/answer-error.ts";
import { sendDataText } from "./answer/envelope.ts";
import { goJson } from "./answer/go-json.ts";
import { mergeFeatures, ownFeatures } from "./features.ts";
import { documentRoutes } from "./routes/document.ts";
import type { AdminPort, AlertmanagersPort, ExemplarsPort, FeatureSet, RulesPort, StatusPort, TargetsPort } from "./ports.ts";
import type { QueryService } from "./query/query-service.ts";
import { adminRoutes } from "./routes/admin.ts";
import { expressionRoutes } from "./routes/expressions.ts";
import { readForm } from "./params/read-form.ts";
import { labelRoutes } from "./routes/labels.ts";
import { metadataRoutes } from "./routes/metadata.ts";
import { queryRoutes, type EvaluationFeatures } from "./routes/query.ts";
import { ruleRoutes } from "./routes/rules.ts";
import { type SearchOptions, searchRoutes } from "./routes/search.ts";
import { statusRoutes } from "./routes/status.ts";
import { switchedOffRoutes } from "./routes/switched-off.ts";
import { targetRoutes } from "./routes/targets.ts";

/** What the API is made of. */
export interface ApiDeps {
  readonly queries: QueryService;
  readonly storage: Queryable;
  readonly targets: TargetsPort;
  readonly rules: RulesPort;
  readonly alertmanagers: AlertmanagersPort;
  readonly exemplars: ExemplarsPort;
  readonly status: StatusPort;
  /** Default: the admin API is off. */
  readonly admin?: AdminPort;
  /** Default: the search API is off. */
  readonly search?: SearchOptions;
  /** The URL under which users find the server: pages from elsewhere must not change anything. */
  readonly externalUrl?: string;
  /** Of the program, for the document of the API. */
  readonly version?: string;
  /** How old a sample may be and still count, where a request does not say. */
  readonly lookbackMs: number;
  /** Which experimental parts of the language are on. Default: promql-syntax' `defaultParseOptions`. */
  readonly syntax?: ParseOptions;
  /** Which experimental ways to evaluate are on. Default: none. */
  readonly evaluation?: EvaluationFeatures;
  /** What the rest of the program can do, beside the API and the language. Default: nothing. */
  readonly features?: () => FeatureSet;
  readonly nowMs: () => number;
  /** Takes what fails and no client caused. */
  readonly logger: Logger;
}

/**
 * API v1, to be mounted at `/api/v1` behind `earlyRoutes` (web/api/v1/api.go). It answers every path below: routes of other packages, such
 * as remote write, are mounted before it.
 */
export function apiRoutes(deps: ApiDeps): Router {
  const { status, syntax = defaultParseOptions, evaluation = {} } = deps;
  const routes = createRoutes();
  routes.use(...readForm);
  routes.use(queryRoutes({ ...deps, syntax, evaluation }));
  routes.use(expressionRoutes(syntax, deps.exemplars));
  routes.use(labelRoutes(deps.queries));
  routes.use(searchRoutes(deps));
  routes.use(targetRoutes(deps));
  routes.use(metadataRoutes(deps));
  routes.use(ruleRoutes(deps.rules));
  routes.use(statusRoutes(status));
  routes.use(adminRoutes(deps));
  routes.use(switchedOffRoutes());
  addRoute(routes, "GET", "/features", (_req, res) => {
    const features = mergeFeatures(ownFeatures(syntax, evaluation, deps.search !== undefined), deps.features?.() ?? new Map());
    // Operators such as `>=` stay legible: nothing in it comes from a user.
    sendDataText(res, goJson(features, { escapeHtml: false }));
  });
  routes.use(documentRoutes(deps));
  routes.use((_req, res) => sendPlain(res, 404, "404 page not found\n"));
  routes.use(answerApiError(deps.logger));
  return routes;
}
