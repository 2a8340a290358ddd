import type { IncomingMessage } from "node:http";
import type { Logger } from "@ferula/logging";
import type { HttpModule } from "../../config/http-module.ts";
import { responseHeaders } from "./response.ts";
import type { Body } from "./read-body.ts";

/** The last answer of a probe. */
export interface Answer {
  readonly response: IncomingMessage;
  readonly body: Body;
  readonly isSsl: boolean;
  /** A redirect that is not followed: its body was never read, and that alone is no failure. */
  readonly isRefusedRedirect: boolean;
}

/** What the answer comes to. */
export interface Judgement {
  readonly success: boolean;
  /** Whether the last of the checks by regular expression failed; undefined when none was made. */
  readonly failedByRegex: boolean | undefined;
}

/**
 * Judges an answer as prober/http.go does. The checks by regular expression are made only while all is well; every reason against the
 * answer is logged.
 */
export function judge(answer: Answer, http: HttpModule, logger: Logger): Judgement {
  const { response, body, isSsl, isRefusedRedirect } = answer;
  let success = hasGoodStatus(response.statusCode ?? 0, http, logger);
  let failedByRegex: boolean | undefined;
  if (success && http.fail_if_header_matches.length + http.fail_if_header_not_matches.length > 0) {
    success = hasGoodHeaders(response, http, logger);
    failedByRegex = !success;
  }
  if (!isKnownCompression(http.compression)) {
    logger.error("Failed to get decompressor for HTTP response body", { err: "unsupported compression algorithm" });
    success = false;
  } else if (body.isMispacked) {
    logger.error("Failed to get decompressor for HTTP response body", { err: body.problem });
    success = false;
  }
  if (success && http.fail_if_body_matches_regexp.length + http.fail_if_body_not_matches_regexp.length > 0) {
    success = hasGoodBody(body, http, logger);
    failedByRegex = !success;
  }
  if (!isRefusedRedirect && !body.isMispacked && body.problem !== undefined) {
    logger.error("Failed to read HTTP response body", { err: body.problem });
    success = false;
  }
  success = hasGoodVersion(response.httpVersion, http, logger) && success;
  if (http.fail_if_ssl && isSsl) {
    logger.error("Final request was over SSL");
    success = false;
  } else if (http.fail_if_not_ssl && !isSsl && success) {
    logger.error("Final request was not over SSL");
    success = false;
  }
  return { success, failedByRegex };
}

function isKnownCompression(compression: string): boolean {
  return ["", "identity", "gzip", "br", "deflate"].includes(compression.toLowerCase());
}

function hasGoodStatus(status: number, { valid_status_codes: valid }: HttpModule, logger: Logger): boolean {
  if (valid.length === 0) {
    if (status >= 200 && status < 300) return true;
    logger.error("Invalid HTTP response status code, wanted 2xx", { status_code: status });
    return false;
  }
  if (valid.includes(status)) return true;
  logger.error("Invalid HTTP response status code", { status_code: status, valid_status_codes: `[${valid.join(" ")}]` });
  return false;
}

function hasGoodVersion(version: string, { valid_http_versions: valid }: HttpModule, logger: Logger): boolean {
  if (valid.length === 0 || valid.includes(`HTTP/${version}`)) return true;
  logger.error("Invalid HTTP version number", { version: `HTTP/${version}` });
  return false;
}

function hasGoodHeaders(response: IncomingMessage, http: HttpModule, logger: Logger): boolean {
  for (const { header, regexp, allow_missing: mayBeMissing } of http.fail_if_header_matches) {
    const values = responseHeaders(response, header);
    if (values.length === 0 && !mayBeMissing) return missing(header, logger);
    if (!values.some((value) => regexp?.test(value))) continue;
    logger.error("Header matched regular expression", { header, regexp: regexp?.pattern, value_count: values.length });
    return false;
  }
  for (const { header, regexp, allow_missing: mayBeMissing } of http.fail_if_header_not_matches) {
    const values = responseHeaders(response, header);
    if (values.length === 0 && mayBeMissing) continue;
    if (values.length === 0) return missing(header, logger);
    if (values.some((value) => regexp?.test(value))) continue;
    logger.error("Header did not match regular expression", { header, regexp: regexp?.pattern, value_count: values.length });
    return false;
  }
  return true;
}

function missing(header: string, logger: Logger): false {
  logger.error("Missing required header", { header });
  return false;
}

function hasGoodBody({ bytes, problem }: Body, http: HttpModule, logger: Logger): boolean {
  if (problem !== undefined) {
    logger.error("Error reading HTTP body", { err: problem });
    return false;
  }
  const text = bytes.toString("utf8");
  const matched = http.fail_if_body_matches_regexp.find((regexp) => regexp.test(text));
  if (matched !== undefined) {
    logger.error("Body matched regular expression", { regexp: matched.pattern });
    return false;
  }
  const missed = http.fail_if_body_not_matches_regexp.find((regexp) => !regexp.test(text));
  if (missed === undefined) return true;
  logger.error("Body did not match regular expression", { regexp: missed.pattern });
  return false;
}
