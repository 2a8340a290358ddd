import { PromError } from "@ferula/model";
import { parseExpr, prettyExpr, toApiJson, walk, type Expr, type ParseOptions } from "@ferula/promql-syntax";
import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData } from "../answer/envelope.ts";
import { namingParam } from "../params/matchers.ts";
import { readParams, type Params } from "../params/params.ts";
import { MAX_TIME_MS, MIN_TIME_MS, timeParam } from "../params/time.ts";

/** `format_query`, `parse_query` and `query_exemplars`: what is answered from a query's text alone. */
export function expressionRoutes(syntax: ParseOptions): Router {
  const routes = createRoutes();
  const parse = (params: Params): Expr => parseExpr(params.get("query") ?? "", syntax);
  const parseNamed = (params: Params): Expr => namingParam("query", () => parse(params));

  addRoute(routes, "GET, POST", "/format_query", (req, res) => sendData(res, prettyExpr(parseNamed(readParams(req)))));
  addRoute(routes, "GET, POST", "/parse_query", (req, res) => sendData(res, toApiJson(parseNamed(readParams(req)))));

  addRoute(routes, "GET, POST", "/query_exemplars", (req, res) => {
    const params = readParams(req);
    const startMs = timeParam(params, "start", MIN_TIME_MS);
    const endMs = timeParam(params, "end", MAX_TIME_MS);
    if (endMs < startMs) throw new PromError("bad_data", "end timestamp must not be before start timestamp");
    // The storage keeps no exemplars, so none are found; a query that could not have any is answered with nothing at all.
    if (hasSelector(parseBare(params))) sendData(res, []);
    else res.status(204).end();
  });

  /** Here upstream leaves the parameter's name out. */
  function parseBare(params: Params): Expr {
    try {
      return parse(params);
    } catch (error) {
      throw new PromError("bad_data", (error as Error).message, { cause: error });
    }
  }

  return routes;
}

function hasSelector(expr: Expr): boolean {
  let isFound = false;
  walk(expr, ({ kind }) => {
    if (kind === "vector") isFound = true;
  });
  return isFound;
}
