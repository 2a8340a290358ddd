import protobuf from "protobufjs";
import { withWireErrors } from "../read-fields.ts";

/*
 * The messages of remote read that are not made of samples. Fields and their numbers are the protocol's (prompb/remote.proto and
 * prompb/types.proto of Prometheus).
 */
const messages: protobuf.INamespace = {
  nested: {
    LabelMatcher: { fields: { type: { type: "int32", id: 1 }, name: { type: "string", id: 2 }, value: { type: "string", id: 3 } } },
    ReadHints: {
      fields: {
        stepMs: { type: "int64", id: 1 },
        func: { type: "string", id: 2 },
        startMs: { type: "int64", id: 3 },
        endMs: { type: "int64", id: 4 },
        grouping: { rule: "repeated", type: "string", id: 5 },
        by: { type: "bool", id: 6 },
        rangeMs: { type: "int64", id: 7 },
      },
    },
    Query: {
      fields: {
        startTimestampMs: { type: "int64", id: 1 },
        endTimestampMs: { type: "int64", id: 2 },
        matchers: { rule: "repeated", type: "LabelMatcher", id: 3 },
        hints: { type: "ReadHints", id: 4 },
      },
    },
    ReadRequest: {
      fields: {
        queries: { rule: "repeated", type: "Query", id: 1 },
        acceptedResponseTypes: { rule: "repeated", type: "int32", id: 2, options: { packed: true } },
      },
    },
    ReadResponse: { fields: { results: { rule: "repeated", type: "bytes", id: 1 } } },
    Label: { fields: { name: { type: "string", id: 1 }, value: { type: "string", id: 2 } } },
    Chunk: {
      fields: {
        minTimeMs: { type: "int64", id: 1 },
        maxTimeMs: { type: "int64", id: 2 },
        type: { type: "int32", id: 3 },
        data: { type: "bytes", id: 4 },
      },
    },
    ChunkedSeries: {
      fields: { labels: { rule: "repeated", type: "Label", id: 1 }, chunks: { rule: "repeated", type: "Chunk", id: 2 } },
    },
    ChunkedReadResponse: {
      fields: { chunkedSeries: { rule: "repeated", type: "ChunkedSeries", id: 1 }, queryIndex: { type: "int64", id: 2 } },
    },
  },
};

const root = protobuf.Root.fromJSON(messages);

/** A `prometheus.ReadRequest`. */
export interface ReadRequestMessage {
  readonly queries: readonly ReadQueryMessage[];
  /** 0 samples, 1 streamed chunks; what the client likes best comes first. */
  readonly acceptedResponseTypes: readonly number[];
}

/** One of its queries. */
export interface ReadQueryMessage {
  readonly startTimestampMs: number;
  readonly endTimestampMs: number;
  /** Types are 0 `=`, 1 `!=`, 2 `=~`, 3 `!~`. */
  readonly matchers: readonly { readonly type: number; readonly name: string; readonly value: string }[];
  readonly hints: ReadHintsMessage | null;
}

/** What the query is for. */
export interface ReadHintsMessage {
  readonly stepMs: number;
  readonly func: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly grouping: readonly string[];
  readonly by: boolean;
  readonly rangeMs: number;
}

/** A `prometheus.ReadResponse`: of each query its `QueryResult`, which is encoded and decoded as a write request of 1.0. */
export interface ReadResponseMessage {
  readonly results: readonly Uint8Array[];
}

/** A `prometheus.ChunkedReadResponse`. */
export interface ChunkedReadResponseMessage {
  readonly chunkedSeries: readonly {
    readonly labels: readonly { readonly name: string; readonly value: string }[];
    /** Types are the numbers of chunk encodings. */
    readonly chunks: readonly {
      readonly minTimeMs: number;
      readonly maxTimeMs: number;
      readonly type: number;
      readonly data: Uint8Array;
    }[];
  }[];
  readonly queryIndex: number;
}

/** Encodes and decodes one kind of message; `decode` throws WireError. */
export interface MessageCodec<Message> {
  readonly encode: (message: Message) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Message;
}

function codec<Message>(name: string): MessageCodec<Message> {
  const type = root.lookupType(name);
  return {
    encode: (message) => type.encode(type.fromObject(message as Record<string, unknown>)).finish(),
    decode: (bytes) =>
      withWireErrors(() => type.toObject(type.decode(new protobuf.Reader(bytes)), { defaults: true, longs: Number }) as Message),
  };
}

export const readRequestCodec: MessageCodec<ReadRequestMessage> = codec("ReadRequest");
export const readResponseCodec: MessageCodec<ReadResponseMessage> = codec("ReadResponse");
export const chunkedReadResponseCodec: MessageCodec<ChunkedReadResponseMessage> = codec("ChunkedReadResponse");
