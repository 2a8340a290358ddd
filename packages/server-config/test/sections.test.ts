import { describe, expect, test } from "@jest/globals";
import { FILE, read, refusal } from "./support.ts";

describe("tracing", () => {
  test("has upstream's defaults", () => {
    expect(read("tracing: {endpoint: x}").tracing).toMatchObject({
      client_type: "grpc",
      sampling_fraction: 0,
      insecure: false,
      timeout: 0,
    });
    expect(read("tracing:\n").tracing).toBeUndefined();
  });

  test.each([
    { text: "tracing: {}", want: `${FILE}:1:10: tracing.endpoint: tracing endpoint must be set` },
    {
      text: "tracing: {endpoint: x, client_type: x}",
      want: "tracing.client_type: expected tracing client type to be to be http or grpc, but got x",
    },
    {
      text: "tracing: {endpoint: x, compression: x}",
      want: "tracing.compression: invalid compression type x provided, valid options: gzip",
    },
    { text: "tracing: {endpoint: x, headers: {host: x}}", want: "tracing.headers: host is a reserved header. It must not be changed" },
    {
      text: "tracing: {endpoint: x, headers: {Authorization: x}}",
      want: "tracing.headers: custom authorization header configuration is not yet supported",
    },
    { text: "tracing: {endpoint: x, tls_config: {cert: c}}", want: "tracing.tls_config: exactly one of key or key_file" },
  ])("refuses $text", ({ text, want }) => {
    expect(refusal(text)).toContain(want);
  });
});

describe("otlp", () => {
  test("takes blanks around names away", () => {
    expect(read("otlp: {promote_resource_attributes: [' a ']}").otlp.promote_resource_attributes).toEqual(["a"]);
  });

  test.each([
    {
      text: "otlp: {promote_resource_attributes: [a, ' a ', '']}",
      want: "invalid 'promote_resource_attributes': duplicated promoted OTel resource attribute \"a\"",
    },
    {
      text: "otlp: {promote_resource_attributes: [a, '']}",
      want: "otlp.promote_resource_attributes: invalid 'promote_resource_attributes': empty promoted OTel resource attribute",
    },
    { text: "otlp: {ignore_resource_attributes: [a]}", want: "cannot be configured unless 'promote_all_resource_attributes' is true" },
    { text: "otlp: {promote_all_resource_attributes: true, promote_resource_attributes: [a]}", want: "simultaneously" },
    { text: "otlp: {translation_strategy: x}", want: 'otlp.translation_strategy: unsupported OTLP translation strategy "x"' },
    {
      text: "global: {metric_name_validation_scheme: legacy}\notlp: {translation_strategy: NoTranslation}",
      want: `${FILE}:2:30: otlp.translation_strategy: OTLP translation strategy "NoTranslation" is not allowed when UTF8 is disabled`,
    },
  ])("refuses $text", ({ text, want }) => {
    expect(refusal(text)).toContain(want);
  });

  test.each(["UnderscoreEscapingWithSuffixes", "UnderscoreEscapingWithoutSuffixes"])("%s goes with legacy names", (strategy) => {
    const text = `global: {metric_name_validation_scheme: legacy}\notlp: {translation_strategy: ${strategy}}`;
    expect(read(text).otlp.translation_strategy).toBe(strategy);
  });
});

test("an Alertmanager has one way to show who asks", () => {
  expect(refusal("alerting: {alertmanagers: [{basic_auth: {username: u}, sigv4: {}}]}")).toContain(
    "alerting.alertmanagers[0].sigv4: at most one of basic_auth, authorization, oauth2, & sigv4 must be configured",
  );
});
