import { expect, test } from "@jest/globals";
import { createWriteColumns } from "../../src/index.ts";
import { encodeBy } from "../messages.ts";
import { readAll } from "../support.ts";

const symbols = ["", "__name__", "up", "help text", "seconds"];

test("labels, metadata and start timestamps of symbols", () => {
  const message = {
    symbols,
    timeseries: [
      { labelsRefs: [1, 2], samples: [{ value: 1, timestamp: 5, startTimestamp: 3 }], metadata: { type: 2, helpRef: 3, unitRef: 4 } },
    ],
  };
  const columns = createWriteColumns();
  expect(readAll(encodeBy("RequestV2", message), 2, columns)).toMatchObject([
    { labels: ["__name__", "up"], samples: [[5, 3, 0, 0x3ff00000]], metadata: ["gauge", "help text", "seconds"] },
  ]);
  expect(columns.hasStartTimestamps).toBe(true);
});

test("symbols may stand behind the series that name them", () => {
  const series = encodeBy("RequestV2", { timeseries: [{ labelsRefs: [1, 2] }] });
  const table = encodeBy("RequestV2", { symbols });
  expect(readAll(Uint8Array.of(...series, ...table), 2)).toMatchObject([{ labels: ["__name__", "up"] }]);
});

test("references may stand one by one", () => {
  const table = encodeBy("RequestV2", { symbols });
  expect(readAll(Uint8Array.of(...table, 0x2a, 4, 8, 1, 8, 2), 2)).toMatchObject([{ labels: ["__name__", "up"] }]);
});

test.each([
  { series: { labelsRefs: [1, 2, 3] }, part: "labels", text: "parsing labels for series [1 2 3]: invalid labelRefs length 3" },
  {
    series: { labelsRefs: [1, 5] },
    part: "labels",
    text: "parsing labels for series [1 5]: labelRefs 1 (name) = 5 (value) outside of symbols table (size 5)",
  },
  {
    series: { labelsRefs: [1, 2], metadata: { unitRef: 9 } },
    part: "metadata",
    text: "parsing metadata for series [1 2]: metadata unit_ref 9 outside of symbols table (size 5)",
  },
  {
    series: { labelsRefs: [1, 2], metadata: { helpRef: 7 } },
    part: "metadata",
    text: "parsing metadata for series [1 2]: metadata help_ref 7 outside of symbols table (size 5)",
  },
])("a series by itself is at fault: $text", ({ series, part, text }) => {
  const sound = { labelsRefs: [1, 2], samples: [{ value: 2, timestamp: 1 }] };
  const [first, second] = readAll(encodeBy("RequestV2", { symbols, timeseries: [series, sound] }), 2);
  expect(first.fault).toEqual({ part, text });
  expect(second).toMatchObject({ labels: ["__name__", "up"], fault: undefined });
});

test("an exemplar by itself is at fault", () => {
  const message = { symbols, timeseries: [{ labelsRefs: [1, 2], exemplars: [{ labelsRefs: [1] }, { labelsRefs: [1, 4], value: 2 }] }] };
  expect(readAll(encodeBy("RequestV2", message), 2)[0].exemplars).toMatchObject([
    { labels: [], fault: "invalid labelRefs length 1" },
    { labels: ["__name__", "seconds"], value: 2, fault: undefined },
  ]);
});

test("what was sent as 1.0 is no series of 2.0, and the other way round", () => {
  const v1 = encodeBy("WriteRequest", { timeseries: [{ labels: [{ name: "a", value: "b" }] }] });
  const v2 = encodeBy("RequestV2", { symbols, timeseries: [{ labelsRefs: [1, 2] }] });
  expect(readAll(v1, 2)).toEqual([]);
  expect(readAll(v2, 1)).toEqual([]);
});
