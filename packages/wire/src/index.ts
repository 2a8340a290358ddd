export {
  chunkedReadResponseCodec,
  type ChunkedReadResponseMessage,
  type MessageCodec,
  type ReadHintsMessage,
  type ReadQueryMessage,
  readRequestCodec,
  type ReadRequestMessage,
  readResponseCodec,
  type ReadResponseMessage,
} from "./read/messages.ts";
export { ChunkFrameWriter } from "./read/chunk-frames.ts";
export { checkRequestFields } from "./read/request-fields.ts";
export { readText } from "./read-text.ts";
export { packSnappy, packSnappyPiece, snappyHead, unpackSnappy } from "./snappy.ts";
export { isWireError, WireError } from "./wire-error.ts";
export { createWriteColumns, type SeriesFault, type WireExemplar, type WireHistogram, type WriteColumns } from "./write/columns.ts";
export { decodeWriteRequest } from "./write/decode-v1.ts";
export { decodeWriteRequestV2 } from "./write/decode-v2.ts";
export { type WriteDecoder } from "./write/decoder.ts";
export { encodeWriteRequest, writeTimeSeries } from "./write/encode-v1.ts";
export { encodeWriteRequestV2 } from "./write/encode-v2.ts";
export { metricTypeOf } from "./write/metric-types.ts";
export { type OutgoingExemplar, type OutgoingFamily, type OutgoingSeries } from "./write/outgoing.ts";
