import { PromError } from "@ferula/model";
import { parseExpr, prettyExpr, toApiJson, walk, type Expr, type ParseOptions } from "@ferula/promql-syntax";
import type { Router } from "express";
import { addRoute, createRoutes } from "../add-route.ts";
import { sendData, sendDataText } from "../answer/envelope.ts";
import { exemplarsJson } from "../answer/exemplar-json.ts";
import { type Matchers, namingParam } from "../params/matchers.ts";
import { readParams, type Params } from "../params/params.ts";
import { MAX_TIME_MS, MIN_TIME_MS, timeParam } from "../params/time.ts";
import type { ExemplarsPort } from "../ports.ts";

/** `format_query`, `parse_query` and `query_exemplars`: what a query is read for and not evaluated. */
export function expressionRoutes(syntax: ParseOptions, findExemplars: ExemplarsPort): Router {
  const routes = createRoutes();
  const parse = (params: Params): Expr => parseExpr(params.get("query") ?? "", syntax);
  const parseNamed = (params: Params): Expr => namingParam("query", () => parse(params));

  addRoute(routes, "GET, POST", "/format_query", (req, res) => sendData(res, prettyExpr(parseNamed(readParams(req)))));
  addRoute(routes, "GET, POST", "/parse_query", (req, res) => sendData(res, sorted(toApiJson(parseNamed(readParams(req))))));

  addRoute(routes, "GET, POST", "/query_exemplars", (req, res) => {
    const params = readParams(req);
    const startMs = timeParam(params, "start", MIN_TIME_MS);
    const endMs = timeParam(params, "end", MAX_TIME_MS);
    if (endMs < startMs) throw new PromError("bad_data", "end timestamp must not be before start timestamp");
    const selectors = selectorsOf(parseBare(params));
    // A query that could not have any is answered with nothing at all.
    if (selectors.length > 0) sendDataText(res, exemplarsJson(findExemplars(startMs, endMs, selectors)));
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

/** Upstream makes maps of the tree's nodes, so that their fields come in the order of their names. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return new Map(Object.entries(value).map(([name, field]) => [name, sorted(field)]));
}

function selectorsOf(expr: Expr): readonly Matchers[] {
  const selectors: Matchers[] = [];
  walk(expr, (node) => {
    if (node.kind === "vector") selectors.push(node.matchers);
  });
  return selectors;
}
