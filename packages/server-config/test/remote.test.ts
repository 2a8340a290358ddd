import { describe, expect, test } from "@jest/globals";
import { FILE, read, readAll, refusal } from "./support.ts";

const UUID = "00000000-0000-4000-8000-00000000000a";
const write = (more: string): string => `remote_write: [{url: 'http://x', ${more}}]`;
const azuread = (more: string): string => write(`azuread: {${more}}`);

test("defaults of remote write are upstream's", () => {
  expect(read(write("queue_config: {max_shards: 9}, metadata_config: {send: false}")).remote_write).toMatchObject([
    {
      url: "http://x",
      remote_timeout: 30_000,
      protobuf_message: "prometheus.WriteRequest",
      enable_http2: false,
      follow_redirects: true,
      queue_config: {
        capacity: 10_000,
        max_shards: 9,
        min_shards: 1,
        max_samples_per_send: 2000,
        batch_send_deadline: 5000,
        min_backoff: 30,
        max_backoff: 5000,
        retry_on_http_429: false,
        sample_age_limit: 0,
      },
      metadata_config: { send: false, send_interval: 60_000, max_samples_per_send: 2000 },
    },
  ]);
});

test("defaults of remote read are upstream's", () => {
  expect(read("remote_read: [{url: 'http://x'}]").remote_read).toMatchObject([
    { remote_timeout: 60_000, chunked_read_limit: 50_000_000, enable_http2: true, filter_external_labels: true, read_recent: false },
  ]);
});

test.each([
  { environment: {}, want: "/var/run/secrets/azure/tokens/azure-identity-token", why: "the usual place" },
  { environment: { AZURE_FEDERATED_TOKEN_FILE: "/t" }, want: "/t", why: "where the environment says" },
])("the token of a workload is in $why", ({ environment, want }) => {
  const text = azuread(`workload_identity: {client_id: ${UUID}, tenant_id: ${UUID}}`);
  const [first] = readAll(text, [], { environment }).config.remote_write;
  expect(first?.azuread).toMatchObject({ cloud: "AzurePublic", workload_identity: { token_file_path: want } });
});

describe("is taken:", () => {
  test.each([
    { text: "remote_write: [{url: 'localhost:9009'}, {url: /push}]", why: "any URL or reference" },
    { text: "remote_write: [{url: 'http://x'}, {url: 'http://x'}]", why: "entries without a name" },
    { text: "remote_write: [{url: 'http://x', name: a}]\nremote_read: [{url: 'http://x', name: a}]", why: "one name in each list" },
    { text: azuread("managed_identity: {}"), why: "a managed identity without a client" },
    { text: azuread(`managed_identity: {client_id: '{${UUID}}'}`), why: "an id in braces" },
    { text: azuread(`oauth: {client_id: urn:uuid:${UUID}, client_secret: s, tenant_id: any}`), why: "an id as a URN" },
    { text: azuread("sdk: {}, cloud: AzureChina, scope: 'https://x/.default a-b'"), why: "a cloud and a scope" },
    { text: write("google_iam: {credentials_file: f}"), why: "an account of Google's" },
    { text: write("sigv4: {access_key: a, secret_key: b, role_arn: r, external_id: e}"), why: "keys and a role of AWS" },
  ])("$why", ({ text }) => {
    expect(() => readAll(text)).not.toThrow();
  });
});

describe("is refused with its place:", () => {
  test.each([
    { text: "remote_write: [{}]", want: `${FILE}:1:16: remote_write[0].url: url for remote_write is empty` },
    { text: "remote_read: [{}]", want: `${FILE}:1:15: remote_read[0].url: url for remote_read is empty` },
    { text: "remote_write: [{url: 'http://x:y'}]", want: 'remote_write[0].url: parse "http://x:y": invalid port ":y" after host' },
    { text: "remote_write: [null]", want: "remote_write[0]: empty or null remote write config section" },
    { text: "remote_read: [null]", want: "remote_read[0]: empty or null remote read config section" },
    {
      text: "remote_write: [{url: 'http://x', name: a}, {url: 'http://x', name: a}]",
      want: `${FILE}:1:68: remote_write[1].name: found multiple remote write configs with job name "a"`,
    },
    {
      text: "remote_read: [{url: 'http://x', name: a}, {url: 'http://x', name: a}]",
      want: 'remote_read[1].name: found multiple remote read configs with job name "a"',
    },
    { text: write("headers: {Authorization: x}"), want: "headers: authorization header must be changed via the basic_auth, authorization" },
    { text: write("headers: {X-Amz-Date: x}"), want: "X-Amz-Date is a reserved header. It must not be changed" },
    { text: "remote_read: [{url: 'http://x', headers: {Host: x}}]", want: "Host is a reserved header. It must not be changed" },
    { text: "remote_read: [{url: 'http://x', required_matchers: {'': x}}]", want: 'required_matchers: "" is not a valid label name' },
    { text: write("protobuf_message: null"), want: "unknown type for remote write protobuf message , supported: prometheus.WriteRequest" },
    { text: write("protobuf_message: x"), want: "supported: prometheus.WriteRequest, io.prometheus.write.v2.Request" },
    { text: write("write_relabel_configs: [null]"), want: "empty or null relabeling rule in remote write config" },
    {
      text: `global: {metric_name_validation_scheme: legacy}\n${write("write_relabel_configs: [{target_label: a.b}]")}`,
      want: `write_relabel_configs: "a.b" is invalid 'target_label' for replace action`,
    },
    { text: write("queue_config: {capacity: 0}"), want: "queue_config.capacity: remote write queue capacity must be positive" },
    { text: write("queue_config: {max_shards: -1}"), want: "remote write queue max_shards must be positive" },
    { text: write("queue_config: {min_shards: 51}"), want: "remote write queue min_shards must not be greater than max_shards" },
    { text: write("queue_config: {max_backoff: 1ms}"), want: "remote write queue max_backoff must not be less than min_backoff" },
    {
      text: write("basic_auth: {username: u}, google_iam: {}"),
      want: "remote_write[0].google_iam: at most one of basic_auth, authorization, oauth2, sigv4, azuread or google_iam must be configured. Currently configured: [basic_auth google_iam]",
    },
    { text: write("bearer_token: t, sigv4: {}"), want: "Currently configured: [authorization sigv4]" },
    { text: write("sigv4: {access_key: a}"), want: "must provide a AWS SigV4 Access key and Secret Key" },
    { text: write("sigv4: {external_id: a}"), want: "sigv4.external_id: external_id can only be used with role_arn" },
    { text: azuread(""), want: "must provide an Azure Managed Identity, Azure Workload Identity" },
    { text: azuread("sdk: {}, managed_identity: {}"), want: "cannot provide multiple authentication methods in the Azure AD config" },
    { text: azuread("managed_identity: {client_id: x}"), want: "the provided Azure Managed Identity client_id is invalid" },
    { text: azuread(`workload_identity: {client_id: ${UUID}}`), want: "must provide an Azure Workload Identity tenant_id" },
    { text: azuread(`oauth: {client_id: ${UUID}, tenant_id: t}`), want: "oauth.client_secret: must provide an Azure OAuth client_secret" },
    { text: azuread(`certificate: {client_id: ${UUID}, tenant_id: t}`), want: "must provide an Azure Certificate certificate_path" },
    { text: azuread("sdk: {}, cloud: Azure"), want: "azuread.cloud: must provide a cloud in the Azure AD config" },
    { text: azuread("sdk: {}, scope: 'a?b'"), want: "azuread.scope: the provided scope contains invalid characters" },
  ])("$want", ({ text, want }) => {
    expect(refusal(text)).toContain(want);
  });
});
