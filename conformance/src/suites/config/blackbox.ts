import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { binary } from "../../paths.ts";
import type { ConfigCorpus } from "./corpus.ts";

/** Bad files of upstream's config/testdata, with the words of the errors that config/config_test.go expects. */
const mentions: Readonly<Record<string, string>> = {
  "blackbox-bad.yml": "field invalid_extra_field not found",
  "blackbox-bad2.yml": "at most one of bearer_token & bearer_token_file must be configured",
  "invalid-dns-class.yml": "query class 'X' is not valid",
  "invalid-dns-module.yml": "query name must be set for DNS module",
  "invalid-dns-type.yml": "query type 'X' is not valid",
  "invalid-http-body-config.yml": "setting body and body_file both are not allowed",
  "invalid-http-body-match-regexp.yml": '"Could not compile regular expression" regexp=":["',
  "invalid-http-body-not-match-regexp.yml": '"Could not compile regular expression" regexp=":["',
  "invalid-http-compression-mismatch-special-case.yml": 'invalid configuration "accEpt-enCoding: deflate", "compression: gzip"',
  "invalid-http-compression-mismatch.yml": 'invalid configuration "Accept-Encoding: deflate", "compression: gzip"',
  "invalid-http-header-match-regexp.yml": '"Could not compile regular expression" regexp=":["',
  "invalid-http-header-match.yml": "regexp must be set for HTTP header matchers",
  "invalid-http-http3-http2-enabled.yml": "when enable_http3 is true, enable_http2 must be set to false",
  "invalid-http-http3-http2-version.yml":
    "HTTP/3 and HTTP/2.0/1.1 cannot be used together - only HTTP/3.0 is allowed when enable_http3 is true",
  "invalid-http-http3-http2.yml": "HTTP/3 and HTTP/2.0/1.1 cannot be used together - only HTTP/3.0 is allowed when enable_http3 is true",
  "invalid-http-request-compression-reject-all-encodings.yml": 'invalid configuration "Accept-Encoding: *;q=0.0", "compression: gzip"',
  "invalid-icmp-ttl-overflow.yml": '"ttl" cannot exceed 255',
  "invalid-icmp-ttl.yml": '"ttl" cannot be negative',
  "invalid-no-versions-http3-enabled.yml": "when enable_http3 is true, enable_http2 must be set to false",
  "invalid-prober.yml": "prober 'invalid' is not valid",
  "invalid-tcp-query-response-regexp.yml": '"Could not compile regular expression" regexp=":["',
  "invalid-unix-query-response-regexp.yml": '"Could not compile regular expression" regexp=":["',
  "invalid-websocket-query-response-regexp.yml": '"Could not compile regular expression" regexp=":["',
};

/** Upstream's files for its blackbox exporter; they are read by ours, which looks at its file and ends. */
export const blackboxConfig: ConfigCorpus = {
  folder: "blackbox-config",
  schema: "blackbox.schema.json",
  mentions,
  isGood: (file) => !Object.hasOwn(mentions, file),
  async load(path) {
    try {
      await promisify(execFile)(binary("blackbox_exporter"), ["--config.check", `--config.file=${path}`, "--log.format=json"]);
      return [];
    } catch (error) {
      return mistakesOf(error as { readonly stderr?: string });
    }
  },
};

/** The mistakes stand in one line of the log, behind each other. Throws an error that has none: then the program did not look at the file. */
function mistakesOf(failure: { readonly stderr?: string }): readonly string[] {
  const lines = (failure.stderr ?? "").split("\n").filter((line) => line.startsWith("{"));
  const entries = lines.map((line) => JSON.parse(line) as { readonly msg: string; readonly err?: string });
  const found = entries.find(({ msg }) => msg === "Error loading config")?.err;
  if (found === undefined) throw failure;
  return found.split("\n");
}
