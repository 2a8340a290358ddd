import { expect, test } from "@jest/globals";
import { createEngine } from "../../src/index.ts";
import { storageOf } from "../memory-storage.ts";

const MINUTE_MS = 60_000;
const storage = storageOf(
  MINUTE_MS,
  'plain{__type__="counter",k="a"} 0+1x5',
  'plain{__type__="histogram",k="b"} 0+1x5',
  'rows_total{__type__="gauge"} 0+1x5',
  'rows_total{k="a"} 0+1x5',
  '{"odd\\u0001name"} 0+1x5',
);

const byType = 'PromQL info: metric might not be a counter, __type__ label is not set to "counter" or "histogram", got';
const byName = "PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket:";

test.each([
  { query: 'rate({__type__=~"counter|histogram"}[5m])', typeAndUnitLabels: true, want: [] },
  { query: "rate(plain[5m])", typeAndUnitLabels: false, want: [`${byName} "plain" (1:6)`] },
  {
    query: "increase(rows_total[5m])",
    typeAndUnitLabels: true,
    want: [`${byType} "": "rows_total" (1:10)`, `${byType} "gauge": "rows_total" (1:10)`],
  },
  { query: "increase(rows_total[5m])", typeAndUnitLabels: false, want: [] },
  { query: 'rate({"odd\\u0001name"}[5m])', typeAndUnitLabels: false, want: [`${byName} "odd\\x01name" (1:6)`] },
  { query: "rate(sum(rows_total)[5m:])", typeAndUnitLabels: true, want: [] },
])("of $query with types as labels $typeAndUnitLabels, it is told what may be no counter", async ({ query, typeAndUnitLabels, want }) => {
  const { annotations } = await createEngine({ typeAndUnitLabels }).range(storage, query, 4 * MINUTE_MS, 5 * MINUTE_MS, MINUTE_MS);
  expect([...annotations.texts(query).infos].sort()).toEqual(want);
});
