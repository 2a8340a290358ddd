import { isHttpClientError, type HttpClient, type HttpRequest } from "@ferula/http";
import type { Region, SharedMemory } from "@ferula/kernels";
import { ScrapeError } from "../cache/scrape-error.ts";
import type { Workspaces } from "../cache/workspace.ts";

/** A body as it came, at the start of a region that has room for what is read beyond its end. The caller frees the region. */
export interface FetchedBody {
  readonly region: Region;
  readonly sizeBytes: number;
  /** The header; "" where there is none. */
  readonly contentType: string;
}

/** How much of a body is taken. */
export interface BodyLimit {
  /** The most bytes that a body may have. */
  readonly maxBodyBytes: number;
  /** What is wrong with a longer one. */
  readonly message: string;
}

/** A newline may be added to a body, and kernels read some bytes beyond its end. */
const SPARE_BYTES = 64;

const SMALLEST_BYTES = 4096;

/**
 * From here on regions grow fourfold. Those that a body outgrew are of use to none of another size: all together are to take less than twice
 * the limit.
 */
const LARGE_BYTES = 64 * 1024;

/**
 * Fetches a body into shared memory; `expectedBytes` is about how long it will be. `onStatus` hears of the answer's status. Anything but a
 * 200, and a body beyond its limit, is a ScrapeError; an error of the network is an HttpClientError. On any error nothing stays allocated.
 */
export async function fetchBody(
  client: HttpClient,
  request: Omit<HttpRequest, "maxBodyBytes">,
  { maxBodyBytes, message }: BodyLimit,
  expectedBytes: number,
  { shared, regions }: Pick<Workspaces, "shared" | "regions">,
  onStatus?: (status: number) => void,
): Promise<FetchedBody> {
  let region = regions.allocate(Math.max(SMALLEST_BYTES, Math.ceil(expectedBytes * 1.05) + SPARE_BYTES));
  let target = bufferOver(region, shared);
  let sizeBytes = 0;
  let contentType = "";

  function take(bytes: Uint8Array): void {
    // An empty part is nothing to fill with.
    if (bytes.length === 0) return;
    if (sizeBytes + bytes.length + SPARE_BYTES > region.sizeBytes) grow(sizeBytes + bytes.length + SPARE_BYTES);
    target.fill(bytes, sizeBytes, sizeBytes + bytes.length);
    sizeBytes += bytes.length;
  }

  function grow(neededBytes: number): void {
    const wantedBytes = region.sizeBytes * (region.sizeBytes < LARGE_BYTES ? 2 : 4);
    const mostBytes = maxBodyBytes + SPARE_BYTES;
    move(Math.max(neededBytes, 2 * wantedBytes < mostBytes ? wantedBytes : mostBytes));
    target = bufferOver(region, shared);
  }

  function move(toBytes: number): void {
    const next = regions.allocate(toBytes);
    shared.u8.copyWithin(next.address, region.address, region.address + sizeBytes);
    regions.free(region);
    region = next;
  }

  try {
    await client.stream({ ...request, maxBodyBytes }, take, ({ status, reason, headers }) => {
      onStatus?.(status);
      if (status !== 200) throw new ScrapeError(`server returned HTTP status ${status} ${reason}`.trimEnd());
      contentType = headers.get("content-type") ?? "";
    });
    // The caller keeps it until the next body: what it has no use for is left to others.
    if (region.sizeBytes > 2 * sizeBytes + SMALLEST_BYTES) move(sizeBytes + SPARE_BYTES);
    return { region, sizeBytes, contentType };
  } catch (error) {
    regions.free(region);
    if (isHttpClientError(error) && error.code === "body-too-large") throw new ScrapeError(message, "body-limit", { cause: error });
    throw error;
  }
}

/**
 * A region as a Buffer, whose `fill` copies as memory is copied. V8's own copies to shared memory go byte by byte where source and target
 * do not begin alike within a word, as parts of a body never do: eleven times as slow.
 */
function bufferOver({ address, sizeBytes }: Region, { u8 }: SharedMemory): Buffer {
  return Buffer.from(u8.buffer, address, sizeBytes);
}
