import {
  anyField,
  booleanField,
  bytesField,
  enumField,
  formatConfigErrors,
  goDurationField,
  integerField,
  listField,
  mapField,
  mappingField,
  optionalField,
  pathField,
  printConfig,
  readConfig,
  regexpField,
  requiredField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { checkHttpConfig, httpClientShape, tlsClientShape } from "@ferula/http";
import { acceptsEncoding } from "./accepts-encoding.ts";

const ipShape = { preferred_ip_protocol: enumField(["", "ip4", "ip6"], ""), ip_protocol_fallback: booleanField(true) } as const;

const headerMatcherShape = {
  header: stringField(),
  regexp: optionalField(regexpField("", { anchored: false })),
  allow_missing: booleanField(false),
} as const;

const headerMatcherField: Field<ConfigOf<typeof headerMatcherShape>> = withCheck(
  mappingField(headerMatcherShape),
  ({ header, regexp }, report) => {
    if (header === "") report("header", "header name must be set for HTTP header matchers");
    if (regexp === undefined) report("regexp", "regexp must be set for HTTP header matchers");
  },
);

/** Expressions over a JSON body: an interpreter of their own, which comes later. */
const celField: Field<undefined> = {
  schema: () => ({}),
  print: () => undefined,
  read(at) {
    if (at.node !== undefined) at.source.report(at, "CEL expressions are not supported yet");
    return undefined;
  },
};

const httpShape = {
  ...ipShape,
  valid_status_codes: listField(integerField(0)),
  valid_http_versions: listField(stringField()),
  skip_resolve_phase_with_proxy: booleanField(false),
  method: stringField("GET"),
  headers: mapField(stringField()),
  body: stringField(),
  body_file: pathField(),
  no_follow_redirects: optionalField(booleanField(false)),
  fail_if_ssl: booleanField(false),
  fail_if_not_ssl: booleanField(false),
  fail_if_body_matches_regexp: listField(regexpField("", { anchored: false })),
  fail_if_body_not_matches_regexp: listField(regexpField("", { anchored: false })),
  fail_if_body_json_matches_cel: celField,
  fail_if_body_json_not_matches_cel: celField,
  fail_if_header_matches: listField(headerMatcherField),
  fail_if_header_not_matches: listField(headerMatcherField),
  // Any text will do; what is no compression fails the probe, as upstream has it.
  compression: stringField(),
  body_size_limit: bytesField(0),
  enable_http3: booleanField(false),
  ...httpClientShape,
} as const;

/** The section `http`. */
export type HttpModule = ConfigOf<typeof httpShape>;

const httpField: Field<HttpModule> = withCheck(mappingField(httpShape), (http, report) => {
  checkHttpConfig(http, report);
  if (http.body !== "" && http.body_file !== "") report("body", "setting body and body_file both are not allowed");
  if (http.enable_http3) report("enable_http3", "HTTP/3 is not supported");
  if (http.valid_http_versions.includes("HTTP/3.0"))
    report("valid_http_versions", "HTTP/3 cannot be used as a valid HTTP version when enable_http3 is false");
  for (const [name, accepted] of http.headers) {
    if (name.toLowerCase() !== "accept-encoding" || acceptsEncoding(accepted, http.compression)) continue;
    report("compression", `invalid configuration "${name}: ${accepted}", "compression: ${http.compression}"`);
  }
});

const stepShape = {
  expect: optionalField(regexpField("", { anchored: false })),
  expect_bytes: stringField(),
  labels: listField(mappingField({ name: stringField(), value: stringField() })),
  send: stringField(),
  starttls: booleanField(false),
} as const;

/** One step of a conversation: what to wait for, and what to say. */
export type QueryResponseStep = ConfigOf<typeof stepShape>;

const stepsField = listField(
  withCheck(mappingField(stepShape), ({ expect, expect_bytes: bytes }, report) => {
    if (expect !== undefined && bytes !== "") report("expect_bytes", "expect and expect_bytes are mutually exclusive");
  }),
);

const tcpShape = {
  ...ipShape,
  source_ip_address: stringField(),
  query_response: stepsField,
  tls: booleanField(false),
  tls_config: mappingField(tlsClientShape),
} as const;

/** The section `tcp`. */
export type TcpModule = ConfigOf<typeof tcpShape>;

/** Sections of probers that are not in yet are read, too: a file for upstream's exporter can be kept. */
const dnsField = withCheck(mappingField({ ...ipShape, ...dnsShape() }), (dns, report) => {
  if (dns.query_name === "") report("query_name", "query name must be set for DNS module");
  if (!/^(IN|CS|CH|HS|NONE|ANY)$/.test(dns.query_class)) report("query_class", `query class '${dns.query_class}' is not valid`);
  if (!DNS_TYPES.has(dns.query_type)) report("query_type", `query type '${dns.query_type}' is not valid`);
});

const DNS_TYPES: ReadonlySet<string> = new Set(
  "A AAAA AFSDB ANY APL AXFR CAA CDNSKEY CDS CERT CNAME CSYNC DHCID DLV DNAME DNSKEY DS EUI48 EUI64 HINFO HIP HTTPS IPSECKEY IXFR KEY KX LOC MX NAPTR NS NSEC NSEC3 NSEC3PARAM OPENPGPKEY OPT PTR RRSIG RP SIG SMIMEA SOA SRV SSHFP SVCB TA TKEY TLSA TSIG TXT URI ZONEMD".split(
    " ",
  ),
);

function dnsShape() {
  const rules = mappingField({
    fail_if_matches_regexp: listField(stringField()),
    fail_if_all_match_regexp: listField(stringField()),
    fail_if_not_matches_regexp: listField(stringField()),
    fail_if_none_matches_regexp: listField(stringField()),
  });
  return {
    dns_over_tls: booleanField(false),
    tls_config: mappingField(tlsClientShape),
    source_ip_address: stringField(),
    transport_protocol: stringField("udp"),
    query_class: stringField("IN"),
    query_name: stringField(),
    query_type: stringField("ANY"),
    recursion_desired: booleanField(true),
    valid_rcodes: listField(stringField()),
    validate_answer_rrs: rules,
    validate_authority_rrs: rules,
    validate_additional_rrs: rules,
  };
}

const moduleShape = {
  prober: enumField(["http", "tcp", "icmp", "dns", "grpc", "unix", "websocket"], "http"),
  timeout: goDurationField(0),
  http: httpField,
  tcp: mappingField(tcpShape),
  icmp: optionalField(
    mappingField({
      ...ipShape,
      source_ip_address: stringField(),
      payload_size: integerField(0, { min: 0 }),
      dont_fragment: booleanField(false),
      ttl: withCheck(integerField(64), (ttl, report) => {
        if (ttl < 0) report("", '"ttl" cannot be negative');
        if (ttl > 255) report("", '"ttl" cannot exceed 255');
      }),
    }),
  ),
  dns: optionalField(dnsField),
  grpc: optionalField(
    mappingField({
      ...ipShape,
      service: stringField(),
      tls: booleanField(false),
      tls_config: mappingField(tlsClientShape),
      metadata: anyField(),
    }),
  ),
  unix: optionalField(mappingField({ query_response: stepsField, tls: booleanField(false), tls_config: mappingField(tlsClientShape) })),
  websocket: optionalField(mappingField({ ...ipShape, http_config: anyField(), headers: anyField(), query_response: stepsField })),
} as const;

/** A module: how to probe. */
export type Module = ConfigOf<typeof moduleShape>;

const requiredProber = { ...moduleShape, prober: requiredField(moduleShape.prober, "prober '' is not valid") } as const;

const fileShape = { modules: mapField(mappingField(requiredProber)) } as const;

/** The file blackbox.yml. */
export type BlackboxConfig = ConfigOf<typeof fileShape>;

/** Reads blackbox.yml. Throws with every mistake, each with its place. */
export function readBlackboxConfig(text: string, file: string): BlackboxConfig {
  const result = readConfig(fileShape, text, file);
  if (!result.ok) throw new Error(`error parsing config file: ${formatConfigErrors(result.errors)}`);
  return result.value;
}

/** The file with its defaults and masked secrets. */
export function printBlackboxConfig(config: BlackboxConfig): string {
  return printConfig(fileShape, config);
}
