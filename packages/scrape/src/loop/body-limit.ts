import type { ScrapeConfig } from "../scrape-config.ts";
import type { ScrapeOptions } from "../scrape-options.ts";
import type { BodyLimit } from "./fetch-body.ts";

const TOO_LARGE = "body size limit exceeded";

/**
 * How long a body may be: less than the job's limit, as upstream has it (scrape/scrape.go `readResponse`); without one no longer than the
 * ceiling, as a target that never ends must not take the memory of all.
 */
export function bodyLimit(
  { body_size_limit: limit }: Pick<ScrapeConfig, "body_size_limit">,
  { bodyCeilingBytes }: ScrapeOptions,
): BodyLimit {
  if (limit > 0) return { maxBodyBytes: limit - 1, message: TOO_LARGE };
  if (bodyCeilingBytes <= 0) return { maxBodyBytes: Number.MAX_SAFE_INTEGER, message: TOO_LARGE };
  return {
    maxBodyBytes: bodyCeilingBytes,
    message: `${TOO_LARGE}: more than ${bodyCeilingBytes} bytes (--scrape.body-size-ceiling, as no body_size_limit is set)`,
  };
}
