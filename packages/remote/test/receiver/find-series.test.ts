import { expect, test } from "@jest/globals";
import type { TimeSlice } from "@ferula/lifecycle";
import { decodeWriteRequest, encodeWriteRequest } from "@ferula/wire";
import { findSeries } from "../../src/receiver/find-series.ts";
import { SeriesCache } from "../../src/receiver/series-cache.ts";
import { createWorkspacePool, fitWorkspace } from "../../src/receiver/workspace.ts";
import { series } from "../support.ts";

test("who finds series while others are dropped is told so, and finds them anew the next time", async () => {
  let generation = 0;
  const appender = {
    epoch: 0,
    isLive: () => false,
    seriesRef: ([, name]: readonly string[]) => generation * 10_000 + Number(name.slice(1)),
  };
  const workspace = createWorkspacePool().take();
  const request = Array.from({ length: 1000 }, (_, i) => series({ __name__: `m${i + 1}` }, [0, 1]));
  const decoder = decodeWriteRequest(encodeWriteRequest(request), workspace.columns);
  while (decoder.readOn());
  fitWorkspace(workspace);
  // All series are dropped while the first of them were looked up.
  let yields = 0;
  const slice: TimeSlice = {
    isSpent: () => true,
    yield: async () => {
      if (++yields !== 2) return;
      appender.epoch++;
      generation++;
    },
  };
  const finder = { appender, cache: new SeriesCache(appender), takesBareExemplars: true };
  expect(await findSeries(finder, workspace, slice)).toEqual({ faults: new Map(), epoch: 0 });
  expect(await findSeries(finder, workspace, slice)).toEqual({ faults: new Map(), epoch: 1 });
  expect([...workspace.seriesRefs.subarray(0, 1000)]).toEqual(Array.from({ length: 1000 }, (_, i) => 10_001 + i));
});
