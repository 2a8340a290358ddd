import protobuf from "protobufjs";

const histogramFields = {
  countInt: { type: "uint64", id: 1 },
  countFloat: { type: "double", id: 2 },
  sum: { type: "double", id: 3 },
  schema: { type: "sint32", id: 4 },
  zeroThreshold: { type: "double", id: 5 },
  zeroCountInt: { type: "uint64", id: 6 },
  zeroCountFloat: { type: "double", id: 7 },
  negativeSpans: { rule: "repeated", type: "Span", id: 8 },
  negativeDeltas: { rule: "repeated", type: "sint64", id: 9, options: { packed: true } },
  negativeCounts: { rule: "repeated", type: "double", id: 10, options: { packed: true } },
  positiveSpans: { rule: "repeated", type: "Span", id: 11 },
  positiveDeltas: { rule: "repeated", type: "sint64", id: 12, options: { packed: true } },
  positiveCounts: { rule: "repeated", type: "double", id: 13, options: { packed: true } },
  resetHint: { type: "int32", id: 14 },
  timestamp: { type: "int64", id: 15 },
  customValues: { rule: "repeated", type: "double", id: 16, options: { packed: true } },
  startTimestamp: { type: "int64", id: 17 },
};
const oneofs = { count: { oneof: ["countInt", "countFloat"] }, zeroCount: { oneof: ["zeroCountInt", "zeroCountFloat"] } };

/** The messages of remote write for protobufjs' own encoder and decoder, which ours are held against. */
const root = protobuf.Root.fromJSON({
  nested: {
    Span: { fields: { offset: { type: "sint32", id: 1 }, length: { type: "uint32", id: 2 } } },
    Histogram: { oneofs, fields: histogramFields },
    Sample: {
      fields: { value: { type: "double", id: 1 }, timestamp: { type: "int64", id: 2 }, startTimestamp: { type: "int64", id: 3 } },
    },
    Label: { fields: { name: { type: "string", id: 1 }, value: { type: "string", id: 2 } } },
    Exemplar: {
      fields: {
        labels: { rule: "repeated", type: "Label", id: 1 },
        value: { type: "double", id: 2 },
        timestamp: { type: "int64", id: 3 },
      },
    },
    TimeSeries: {
      fields: {
        labels: { rule: "repeated", type: "Label", id: 1 },
        samples: { rule: "repeated", type: "Sample", id: 2 },
        exemplars: { rule: "repeated", type: "Exemplar", id: 3 },
        histograms: { rule: "repeated", type: "Histogram", id: 4 },
      },
    },
    Family: {
      fields: {
        type: { type: "int32", id: 1 },
        metricFamilyName: { type: "string", id: 2 },
        help: { type: "string", id: 4 },
        unit: { type: "string", id: 5 },
      },
    },
    WriteRequest: {
      fields: {
        timeseries: { rule: "repeated", type: "TimeSeries", id: 1 },
        metadata: { rule: "repeated", type: "Family", id: 3 },
      },
    },
    ExemplarV2: {
      fields: {
        labelsRefs: { rule: "repeated", type: "uint32", id: 1, options: { packed: true } },
        value: { type: "double", id: 2 },
        timestamp: { type: "int64", id: 3 },
      },
    },
    Metadata: { fields: { type: { type: "int32", id: 1 }, helpRef: { type: "uint32", id: 3 }, unitRef: { type: "uint32", id: 4 } } },
    TimeSeriesV2: {
      fields: {
        labelsRefs: { rule: "repeated", type: "uint32", id: 1, options: { packed: true } },
        samples: { rule: "repeated", type: "Sample", id: 2 },
        histograms: { rule: "repeated", type: "Histogram", id: 3 },
        exemplars: { rule: "repeated", type: "ExemplarV2", id: 4 },
        metadata: { type: "Metadata", id: 5 },
      },
    },
    RequestV2: {
      fields: {
        symbols: { rule: "repeated", type: "string", id: 4 },
        timeseries: { rule: "repeated", type: "TimeSeriesV2", id: 5 },
      },
    },
  },
});

export type MessageName = "WriteRequest" | "RequestV2" | "Histogram";

/** The message by protobufjs. */
export function encodeBy(name: MessageName, message: object): Uint8Array {
  const type = root.lookupType(name);
  return Uint8Array.from(type.encode(type.fromObject(message as Record<string, unknown>)).finish());
}

/** What protobufjs reads; fields that are left out are missing. */
export function decodeBy(name: MessageName, bytes: Uint8Array): Record<string, unknown> {
  const type = root.lookupType(name);
  return type.toObject(type.decode(new protobuf.Reader(bytes)), { longs: Number });
}
