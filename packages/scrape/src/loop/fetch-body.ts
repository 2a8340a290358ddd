import { STATUS_CODES } from "node:http";
import { readContentType } from "@ferula/exposition";
import type { HttpClient, HttpRequest } from "@ferula/http";
import type { Region, SharedMemory } from "@ferula/kernels";
import { ScrapeError } from "../cache/scrape-error.ts";
import type { Workspace } from "../cache/workspace.ts";

/** A body as it came, at the start of a region that has room for what is read beyond its end. The caller frees the region. */
export interface FetchedBody {
  readonly region: Region;
  readonly sizeBytes: number;
}

/** A newline may be added to a body, and kernels read some bytes beyond its end. */
const SPARE_BYTES = 64;

const SMALLEST_BYTES = 4096;

/**
 * Fetches a body into shared memory; `expectedBytes` is about how long it will be. Anything but a 200 in the text format is a
 * ScrapeError; an error of the network is an HttpClientError. On any error nothing stays allocated.
 */
export async function fetchBody(
  client: HttpClient,
  request: HttpRequest,
  fallbackProtocol: string,
  expectedBytes: number,
  { shared, regions }: Workspace,
): Promise<FetchedBody> {
  let region = regions.allocate(Math.max(SMALLEST_BYTES, Math.ceil(expectedBytes * 1.05) + SPARE_BYTES));
  let target = bufferOver(region, shared);
  let sizeBytes = 0;

  function take(bytes: Uint8Array): void {
    // An empty part is nothing to fill with.
    if (bytes.length === 0) return;
    if (sizeBytes + bytes.length + SPARE_BYTES > region.sizeBytes) grow(bytes.length);
    target.fill(bytes, sizeBytes, sizeBytes + bytes.length);
    sizeBytes += bytes.length;
  }

  function grow(moreBytes: number): void {
    const grown = regions.allocate(Math.max(region.sizeBytes * 2, sizeBytes + moreBytes + SPARE_BYTES));
    shared.u8.copyWithin(grown.address, region.address, region.address + sizeBytes);
    regions.free(region);
    region = grown;
    target = bufferOver(region, shared);
  }

  try {
    await client.stream(request, take, ({ status, headers }) => {
      if (status !== 200) throw new ScrapeError(`server returned HTTP status ${status} ${STATUS_CODES[status] ?? ""}`.trimEnd());
      checkContentType(headers.get("content-type") ?? "", fallbackProtocol);
    });
    return { region, sizeBytes };
  } catch (error) {
    regions.free(region);
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

/** Throws unless the body is text, by its own word or, where that says nothing that we know, by the job's. */
function checkContentType(contentType: string, fallbackProtocol: string): void {
  const format = contentType === "" ? undefined : readContentType(contentType);
  if (format === "text-0.0.4" || format === "text-1.0.0") return;
  if (format !== undefined) throw new ScrapeError(`received Content-Type "${contentType}": this format is not supported yet`);
  if (fallbackProtocol !== "") return;
  const fault =
    contentType === "" ? "non-compliant scrape target sending blank Content-Type" : `received unsupported Content-Type "${contentType}"`;
  throw new ScrapeError(`${fault} and no fallback_scrape_protocol specified for target`);
}
