import { compareLabels, compareUtf8, isUtf8Name, labelPairs, labelsKey, PromError, type Labels, type Matcher } from "@ferula/model";
import type { LabelListing, Querier, Queryable } from "@ferula/storage";
import { Router, type Request, type Response } from "express";
import { sendData } from "../envelope.ts";
import { invalidParam, limitParam, matchParams, MAX_TIME_MS, MIN_TIME_MS, readParams, timeParam, type Params } from "../params.ts";

const TRUNCATED = "results truncated due to limit";

/** `series`, `labels` and `label/:name/values`. */
export function labelRoutes(storage: Queryable): Router {
  const routes = Router();

  const series = (req: Request, res: Response): void => {
    const params = readParams(req);
    const selectors = matchParams(params);
    if (selectors.length === 0) throw new PromError("bad_data", "no match[] parameter provided");
    const limit = limitParam(params);
    const found = withQuerier(storage, params, (querier) => selectAll(querier, selectors));
    const sorted = [...found.values()].toSorted(compareLabels);
    const cut = limit > 0 && sorted.length > limit;
    sendData(res, (cut ? sorted.slice(0, limit) : sorted).map(labelsJson), { warnings: cut ? [TRUNCATED] : [] });
  };

  const labels = (req: Request, res: Response): void => {
    const params = readParams(req);
    sendListing(res, params, (querier, matchers) => querier.labelNames(matchers, 0));
  };

  function sendListing(res: Response, params: Params, list: (querier: Querier, matchers: readonly Matcher[]) => LabelListing): void {
    const selectors = matchParams(params);
    const limit = limitParam(params);
    const listings = withQuerier(storage, params, (querier) => (selectors.length === 0 ? [list(querier, [])] : selectors.map((matchers) => list(querier, matchers))));
    const values = [...new Set(listings.flatMap((listing) => listing.values))];
    if (listings.length > 1) values.sort(compareUtf8);
    const cut = limit > 0 && values.length > limit;
    sendData(res, cut ? values.slice(0, limit) : values, { warnings: cut ? [TRUNCATED] : [] });
  }

  routes.get("/series", series);
  routes.post("/series", series);
  routes.get("/labels", labels);
  routes.post("/labels", labels);
  routes.get("/label/:name/values", (req, res) => {
    const name = unescapedName(req.params.name);
    if (!isUtf8Name(name)) throw new PromError("bad_data", `invalid label name: ${JSON.stringify(name)}`);
    sendListing(res, readParams(req), (querier, matchers) => querier.labelValues(name, matchers, 0));
  });
  return routes;
}

function withQuerier<T>(storage: Queryable, params: Params, work: (querier: Querier) => T): T {
  const startMs = timeParam(params, "start", MIN_TIME_MS);
  const endMs = timeParam(params, "end", MAX_TIME_MS);
  if (endMs < startMs) throw invalidParam("end", "end timestamp must not be before start time");
  const querier = storage.querier(startMs, endMs);
  try {
    return work(querier);
  } finally {
    querier.close();
  }
}

function selectAll(querier: Querier, selectors: readonly (readonly Matcher[])[]): ReadonlyMap<string, Labels> {
  const found = new Map<string, Labels>();
  for (const matchers of selectors) {
    const set = querier.select(matchers);
    for (let i = 0; i < set.seriesCount; i++) {
      const labels = set.labels(i);
      found.set(labelsKey(labels), labels);
    }
  }
  return found;
}

/** A label set as an object without a prototype: a label may be called `__proto__`. */
export function labelsJson(labels: Labels): Readonly<Record<string, string>> {
  const json = Object.create(null) as Record<string, string>;
  for (const [name, value] of labelPairs(labels)) json[name] = value;
  return json;
}

/** A name in the escaping for places that take letters, digits and underscores only: `U__a_2e_b` is `a.b` (common/model `UnescapeName`). */
export function unescapedName(text: string): string {
  if (!text.startsWith("U__")) return text;
  let name = "";
  for (let i = 3; i < text.length; i++) {
    if (text[i] !== "_") {
      name += text[i];
    } else if (text[i + 1] === "_") {
      name += "_";
      i++;
    } else {
      const end = text.indexOf("_", i + 1);
      const hex = end < 0 ? "" : text.slice(i + 1, end);
      if (!/^[\da-fA-F]{1,6}$/.test(hex) || Number.parseInt(hex, 16) > 0x10ffff) return text;
      name += String.fromCodePoint(Number.parseInt(hex, 16));
      i = end;
    }
  }
  return name;
}
