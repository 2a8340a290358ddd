import { formatSeconds, parseSeconds } from "./units.ts";

/** What the query page shows. */
export interface QueryState {
  readonly expr: string;
  readonly tab: "table" | "graph";
  /** Length of the graph in seconds. */
  readonly rangeS: number;
  /** End of the graph in epoch seconds; undefined is now. */
  readonly endS: number | undefined;
}

const DEFAULT_RANGE_S = 3600;

/** Reads the state from the query part of an address, under the names that upstream uses. */
export function readState(search: string): QueryState {
  const params = new URLSearchParams(search);
  const tab = params.get("g0.tab");
  const end = Date.parse(`${(params.get("g0.end_input") ?? "").replace(" ", "T")}Z`) / 1000;
  return {
    expr: params.get("g0.expr") ?? "",
    tab: tab === "graph" || tab === "0" ? "graph" : "table",
    rangeS: parseSeconds(params.get("g0.range_input") ?? "") ?? DEFAULT_RANGE_S,
    endS: Number.isFinite(end) ? end : undefined,
  };
}

/** The query part of the address of a state, without the question mark. */
export function formatState({ expr, tab, rangeS, endS }: QueryState): string {
  const params = new URLSearchParams({ "g0.expr": expr, "g0.tab": tab, "g0.range_input": formatSeconds(rangeS) });
  if (endS !== undefined) params.set("g0.end_input", new Date(endS * 1000).toISOString().slice(0, 19).replace("T", " "));
  return params.toString();
}
