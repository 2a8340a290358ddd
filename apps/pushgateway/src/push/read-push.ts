import { readContentType, readFamilies, TEXT_CONTENT_TYPE, type MetricFamily } from "@ferula/exposition";
import type { NameValidation } from "@ferula/model";
import { SnappyError, unpackSnappyFrames } from "./snappy.ts";

/** What a push says about its body, and the body as it is after gzip. */
export interface PushBody {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly contentEncoding: string;
}

/** A push whose body can't be taken. `status` and the message are the answer. */
export class PushBodyError extends Error {
  override name = "PushBodyError";
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** A body may not be larger than this, unpacked. */
export const MAX_PUSH_BYTES: number = 64 << 20;

/**
 * Reads the families of a push. What is not delimited protobuf is taken for text, whatever its type says, as upstream does. Throws a
 * PushBodyError with the parser's reason.
 */
export function readPush({ bytes, contentType, contentEncoding }: PushBody, nameValidation: NameValidation): readonly MetricFamily[] {
  try {
    const unpacked = contentEncoding.trim().toLowerCase() === "snappy" ? unpackSnappyFrames(bytes, MAX_PUSH_BYTES) : bytes;
    const isProtobuf = readContentType(contentType) === "protobuf";
    return readFamilies(unpacked, isProtobuf ? contentType : TEXT_CONTENT_TYPE, { nameValidation });
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "ExpositionError" && !(error instanceof SnappyError)) throw error;
    throw new PushBodyError(400, message, { cause: error });
  }
}
