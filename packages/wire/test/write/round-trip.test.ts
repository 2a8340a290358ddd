import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createWriteColumns, encodeWriteRequest, encodeWriteRequestV2, type OutgoingSeries } from "../../src/index.ts";
import { outgoing } from "../arbitraries.ts";
import { decodeBy, encodeBy } from "../messages.ts";
import { bitsOf, histogramMessage, readAll, type ReadSeries } from "../support.ts";

/** What is read of a series that was sent by the version. */
function expected(series: OutgoingSeries, version: 1 | 2): Omit<ReadSeries, "fault"> {
  const { labels, samples, startTimestampsMs, histograms = [], exemplars = [], metadata } = series;
  return {
    labels,
    samples: Array.from({ length: samples?.length ?? 0 }, (_, i) => [
      samples!.timestampsMs[i],
      version === 2 ? startTimestampsMs![i] : 0,
      ...bitsOf(samples!.values[i]),
    ]),
    histograms: histograms.map((wire) => (version === 2 ? wire : { ...wire, startTimestampMs: 0 })),
    exemplars: exemplars.map((exemplar) => ({ ...exemplar, fault: undefined })),
    metadata: version === 2 ? [metadata!.type, metadata!.help, metadata!.unit] : undefined,
  };
}

test.each([1, 2] as const)("what is encoded as %i.0 is read back", (version) => {
  const columns = createWriteColumns();
  fc.assert(
    fc.property(outgoing, (series) => {
      const bytes = version === 1 ? encodeWriteRequest(series) : encodeWriteRequestV2(series);
      expect(readAll(bytes, version, columns)).toEqual(series.map((one) => ({ ...expected(one, version), fault: undefined })));
    }),
    { numRuns: 100 },
  );
});

test("protobufjs writes 1.0 as we read it, and writes again what it reads of ours", () => {
  fc.assert(
    fc.property(outgoing, (series) => {
      const message = {
        timeseries: series.map(({ labels, samples, exemplars = [], histograms = [] }) => ({
          labels: pairs(labels),
          samples: Array.from(samples!.values.subarray(0, samples!.length), (value, i) => ({
            value,
            timestamp: samples!.timestampsMs[i],
          })),
          exemplars: exemplars.map((exemplar) => ({
            labels: pairs(exemplar.labels),
            value: exemplar.value,
            timestamp: exemplar.timestampMs,
          })),
          histograms: histograms.map((wire) => ({ ...histogramMessage(wire), startTimestamp: undefined })),
        })),
      };
      const theirs = encodeBy("WriteRequest", message);
      expect(readAll(theirs, 1)).toEqual(series.map((one) => ({ ...expected(one, 1), fault: undefined })));
      const reread = decodeBy("WriteRequest", encodeWriteRequest(series));
      expect(readAll(encodeBy("WriteRequest", reread), 1)).toEqual(readAll(theirs, 1));
    }),
    { numRuns: 100 },
  );
});

function pairs(labels: readonly string[]): object[] {
  const list: object[] = [];
  for (let i = 0; i < labels.length; i += 2) list.push({ name: labels[i], value: labels[i + 1] });
  return list;
}
