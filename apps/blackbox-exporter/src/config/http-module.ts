import {
  booleanField,
  bytesField,
  deprecatedField,
  described,
  integerField,
  listField,
  mapField,
  mappedField,
  mappingField,
  omitEmpty,
  optionalField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { checkHttpConfig, httpClientShape } from "@ferula/http";
import { acceptsEncoding } from "./accepts-encoding.ts";
import { expressionField } from "./expression.ts";
import { ipShape } from "./ip-protocol.ts";

const headerMatcherShape = {
  header: described(stringField(), "The name of the header."),
  regexp: described(optionalField(expressionField), "The expression that a value is held against."),
  allow_missing: described(omitEmpty(booleanField(false)), "Whether an answer without the header is no failure."),
} as const;

const headerMatcherField: Field<ConfigOf<typeof headerMatcherShape>> = mappingField(headerMatcherShape, {
  checks: [
    {
      of: ["header"],
      check({ header }, report) {
        if (header === "") report("header", "header name must be set for HTTP header matchers");
      },
    },
    {
      of: ["regexp"],
      check({ regexp }, report) {
        if ((regexp?.pattern ?? "") === "") report("regexp", "regexp must be set for HTTP header matchers");
      },
    },
  ],
});

/** An expression over a JSON body in the Common Expression Language. It is kept as text: there is no interpreter yet. */
const celField: Field<string | undefined> = withCheck(optionalField(stringField()), (text, report) => {
  if (text === "") report("", '"Could not compile CEL program" expression=""');
});

const httpShape = {
  valid_status_codes: described(listField(integerField(0)), "The status codes that are no failure; empty is all from 200 to 299."),
  valid_http_versions: described(listField(stringField()), "The versions of HTTP that are no failure; empty is any."),
  ...ipShape,
  skip_resolve_phase_with_proxy: described(omitEmpty(booleanField(false)), "Whether finding the target's address is left to the proxy."),
  no_follow_redirects: described(
    deprecatedField(optionalField(booleanField(false)), "it is replaced by follow_redirects"),
    "The opposite of `follow_redirects`, which is the newer way.",
  ),
  fail_if_ssl: described(omitEmpty(booleanField(false)), "Whether it fails over TLS."),
  fail_if_not_ssl: described(omitEmpty(booleanField(false)), "Whether it fails without TLS."),
  method: described(stringField(), "The method of the request; empty is GET."),
  headers: described(mapField(stringField()), "Headers of the request."),
  fail_if_body_matches_regexp: described(listField(expressionField), "It fails when the body matches one of these."),
  fail_if_body_not_matches_regexp: described(listField(expressionField), "It fails when the body does not match one of these."),
  fail_if_body_json_matches_cel: described(celField, "It fails when this CEL expression holds for the JSON in the body."),
  fail_if_body_json_not_matches_cel: described(celField, "It fails unless this CEL expression holds for the JSON in the body."),
  fail_if_header_matches: described(listField(headerMatcherField), "It fails when a header matches one of these."),
  fail_if_header_not_matches: described(listField(headerMatcherField), "It fails when a header does not match one of these."),
  body: described(stringField(), "The body of the request."),
  body_file: described(stringField(), "The file that holds the body of the request."),
  ...httpClientShape,
  // Any text will do; what is no compression fails the probe, as upstream has it.
  compression: described(stringField(), "How the body may be compressed, such as `gzip`; then it is unpacked."),
  body_size_limit: described(bytesField(0), "How much of the body is read, in bytes; 0 is all. A larger one fails."),
  enable_http3: described(omitEmpty(booleanField(false)), "Whether HTTP/3 is spoken, and nothing else."),
} as const;

/** The section `http`. */
export type HttpModule = ConfigOf<typeof httpShape>;

/** The section `http`. What the old key `no_follow_redirects` says stands in `follow_redirects` afterwards. */
export const httpField: Field<HttpModule> = mappedField(
  mappingField(httpShape, {
    check: checkHttpConfig,
    checks: [
      { of: ["body", "body_file"], check: checkBody },
      { of: ["headers", "compression"], check: checkCompression },
      { of: ["enable_http3", "enable_http2", "valid_http_versions"], check: checkVersions },
    ],
  }),
  ({ no_follow_redirects: stays, ...http }) => ({
    ...http,
    no_follow_redirects: undefined,
    follow_redirects: stays === undefined ? http.follow_redirects : !stays,
  }),
  (http) => http,
);

function checkBody(http: HttpModule, report: Report): void {
  if (http.body !== "" && http.body_file !== "") report("body", "setting body and body_file both are not allowed");
}

function checkCompression(http: HttpModule, report: Report): void {
  for (const [name, accepted] of http.headers) {
    if (name.toLowerCase() !== "accept-encoding" || acceptsEncoding(accepted, http.compression)) continue;
    report("compression", `invalid configuration "${name}: ${accepted}", "compression: ${http.compression}"`);
  }
}

/** HTTP/3 stands alone or not at all. */
function checkVersions(http: HttpModule, report: Report): void {
  const { enable_http3: hasHttp3, enable_http2: hasHttp2, valid_http_versions: versions } = http;
  if (!hasHttp3) {
    if (versions.includes("HTTP/3.0"))
      report("valid_http_versions", "HTTP/3 cannot be used as a valid HTTP version when enable_http3 is false");
    return;
  }
  if (versions.includes("HTTP/2.0") || versions.includes("HTTP/1.1"))
    report("valid_http_versions", "HTTP/3 and HTTP/2.0/1.1 cannot be used together - only HTTP/3.0 is allowed when enable_http3 is true");
  if (hasHttp2) report("enable_http3", "when enable_http3 is true, enable_http2 must be set to false");
}
