import { expect, test } from "@jest/globals";
import { type QueryState, formatState, readState } from "../../ui/query-state.ts";

const hour: QueryState = { expr: "up", tab: "table", rangeS: 3600, endS: undefined };

test.each<[search: string, want: QueryState, why: string]>([
  ["", { ...hour, expr: "" }, "an address without a query is an empty page"],
  ["?g0.expr=up&g0.tab=1", hour, "upstream's old links have a 1 for the table"],
  ["?g0.expr=up&g0.tab=0&g0.range_input=90m", { ...hour, tab: "graph", rangeS: 5400 }, "and a 0 for the graph"],
  ["?g0.expr=up&g0.tab=graph&g0.range_input=x", { ...hour, tab: "graph" }, "a range that is none is an hour"],
  ["?g0.expr=up&g0.end_input=2026-01-02%2003:04:05", { ...hour, endS: 1_767_323_045 }, "the end is UTC"],
  ["?g0.expr=up&g0.end_input=soon", hour, "an end that is no time is now"],
])("%s: %s", (search, want) => {
  expect(readState(search)).toEqual(want);
});

test.each<[QueryState]>([
  [hour],
  [{ expr: 'sum(up{job="a&b"})\n+ 1', tab: "graph", rangeS: 5400, endS: 1_767_323_045 }],
  [{ expr: "", tab: "graph", rangeS: 10, endS: 0 }],
])("what is written to the address reads back: %j", (state) => {
  expect(readState(`?${formatState(state)}`)).toEqual(state);
});
