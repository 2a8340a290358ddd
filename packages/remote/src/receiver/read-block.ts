import { isHttpError, readBody } from "@ferula/http";
import { isWireError, unpackSnappy } from "@ferula/wire";
import type { Request } from "express";

/** The most of a request, packed and unpacked (client_golang `exp/api/remote`, `maxDecodedSize`). */
export const MOST_BYTES = 32 << 20;

/** The message of a request, or what its sender is answered. */
export type ReadMessage = { readonly bytes: Uint8Array } | { readonly status: number; readonly refusal: string };

/** Reads the request's body, a block of snappy, whether it says so or not. */
export async function readBlock(req: Request, mostBytes: number = MOST_BYTES): Promise<ReadMessage> {
  const encoding = req.get("content-encoding") ?? "";
  if (encoding !== "" && encoding !== "snappy") {
    return { status: 415, refusal: `${encoding} encoding (compression) is not accepted by this server; only snappy is acceptable` };
  }
  try {
    const packed = await readBody(req, { maxBytes: mostBytes });
    return { bytes: unpackSnappy(packed, mostBytes) };
  } catch (error) {
    if (isWireError(error)) return { status: 400, refusal: error.message };
    if (!isHttpError(error)) throw error;
    return { status: error.status, refusal: error.status === 413 ? `request body exceeds the ${mostBytes} bytes limit` : error.message };
  }
}
