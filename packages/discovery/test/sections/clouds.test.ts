import { expect, test } from "@jest/globals";
import { mistakes } from "./support.ts";

/** What is refused in the sections of clouds and hosters, where, and in whose words: upstream's. */
test.each([
  { name: "aws", yaml: "{}", want: 'role: unknown AWS SD role ""' },
  { name: "aws", yaml: "{role: s3}", want: 'role: unknown AWS SD role "s3"' },
  {
    name: "aws",
    yaml: "{role: ec2, tls_config: {cert: c}}",
    want: "tls_config: exactly one of key or key_file must be configured when a client certificate is configured",
  },
  { name: "azure", yaml: "{}", want: "subscription_id: azure SD configuration requires a subscription_id" },
  {
    name: "azure",
    yaml: "{subscription_id: s, authentication_method: SAML}",
    want: 'authentication_method: unknown authentication_type "SAML". Supported types are "OAuth", "ManagedIdentity", "SDK" or "WorkloadIdentity"',
  },
  { name: "azure", yaml: "{subscription_id: s, tenant_id: t}", want: "client_id: azure SD configuration requires a client_id" },
  { name: "digitalocean", yaml: "{role: volumes}", want: 'role: unknown DigitalOcean SD role "volumes"' },
  { name: "digitalocean", yaml: "{role: ''}", want: 'role: unknown DigitalOcean SD role ""' },
  { name: "ec2", yaml: "{filters: [{name: n}]}", want: "filters: EC2 SD configuration filter values cannot be empty" },
  {
    name: "ec2",
    yaml: "{bearer_token: a, bearer_token_file: b}",
    want: "bearer_token: at most one of bearer_token & bearer_token_file must be configured",
  },
  {
    name: "ecs",
    yaml: "{bearer_token: a, bearer_token_file: b}",
    want: "bearer_token: at most one of bearer_token & bearer_token_file must be configured",
  },
  { name: "elasticache", yaml: "{port: web}", want: 'port: cannot unmarshal "web" into an integer' },
  { name: "gce", yaml: "{zone: z}", want: "project: GCE SD configuration requires a project" },
  { name: "gce", yaml: "{project: p}", want: "zone: GCE SD configuration requires a zone" },
  { name: "hetzner", yaml: "{}", want: "role: role missing (one of: robot, hcloud)" },
  { name: "hetzner", yaml: "{role: cloud}", want: 'role: unknown role "cloud"' },
  { name: "ionos", yaml: "{}", want: "datacenter_id: datacenter id can't be empty" },
  {
    name: "lightsail",
    yaml: "{bearer_token: a, bearer_token_file: b}",
    want: "bearer_token: at most one of bearer_token & bearer_token_file must be configured",
  },
  {
    name: "linode",
    yaml: "{bearer_token: a, bearer_token_file: b}",
    want: "bearer_token: at most one of bearer_token & bearer_token_file must be configured",
  },
  { name: "msk", yaml: "{refresh_interval: soon}", want: 'refresh_interval: not a valid duration string: "soon"' },
  { name: "oci", yaml: "{auth: instance_principal}", want: "region: oci_sd: region is required" },
  { name: "oci", yaml: "{region: r}", want: "tenancy: oci_sd: api_key auth requires tenancy" },
  {
    name: "oci",
    yaml: "{region: r, auth: token}",
    want: 'auth: oci_sd: unknown auth method "token", expected "api_key" or "instance_principal"',
  },
  {
    name: "oci",
    yaml: "{region: r, tenancy: t, user: u, fingerprint: f, key_file: k, key_passphrase: s, key_passphrase_file: f}",
    want: "key_passphrase: oci_sd: at most one of key_passphrase and key_passphrase_file must be configured",
  },
  {
    name: "oci",
    yaml: "{region: r, auth: instance_principal, user: u}",
    want: "user: oci_sd: instance_principal auth must not have tenancy, user, fingerprint, key_file, key_passphrase, or key_passphrase_file set",
  },
  {
    name: "oci",
    yaml: "{region: r, auth: instance_principal, compartments: [a, '']}",
    want: "compartments: oci_sd: compartments[1] must not be empty",
  },
  {
    name: "oci",
    yaml: "{region: r, auth: instance_principal, refresh_interval: 0s}",
    want: "refresh_interval: oci_sd: refresh_interval must be positive, got 0s",
  },
  {
    name: "openstack",
    yaml: "{role: instance, region: r, availability: private}",
    want: "availability: unknown availability private, must be one of admin, internal or public",
  },
  { name: "openstack", yaml: "{region: r}", want: "role: role missing (one of: instance, hypervisor, loadbalancer)" },
  { name: "openstack", yaml: "{role: volume, region: r}", want: 'role: unknown OpenStack SD role "volume"' },
  { name: "openstack", yaml: "{role: instance}", want: "region: openstack SD configuration requires a region" },
  {
    name: "openstack",
    yaml: "{role: instance, region: r, tls_config: {key: k}}",
    want: "tls_config: exactly one of cert or cert_file must be configured when a client key is configured",
  },
  { name: "outscale", yaml: "{region: '', access_key: a, secret_key: s}", want: "region: outscale SD configuration requires a region" },
  { name: "outscale", yaml: "{secret_key: s}", want: "access_key: outscale SD configuration requires access_key" },
  { name: "outscale", yaml: "{access_key: a}", want: "secret_key: one of secret_key & secret_key_file must be configured" },
  {
    name: "outscale",
    yaml: "{access_key: a, secret_key: s, secret_key_file: f}",
    want: "secret_key: at most one of secret_key & secret_key_file must be configured",
  },
  {
    name: "ovhcloud",
    yaml: "{endpoint: '', application_key: k, application_secret: s, consumer_key: s, service: vps}",
    want: "endpoint: endpoint can not be empty",
  },
  {
    name: "ovhcloud",
    yaml: "{application_secret: s, consumer_key: s, service: vps}",
    want: "application_key: application key can not be empty",
  },
  {
    name: "ovhcloud",
    yaml: "{application_key: k, consumer_key: s, service: vps}",
    want: "application_secret: application secret can not be empty",
  },
  {
    name: "ovhcloud",
    yaml: "{application_key: k, application_secret: s, service: vps}",
    want: "consumer_key: consumer key can not be empty",
  },
  {
    name: "ovhcloud",
    yaml: "{application_key: k, application_secret: s, consumer_key: s, service: mail}",
    want: "service: unknown service: mail",
  },
  {
    name: "rds",
    yaml: "{bearer_token: a, bearer_token_file: b}",
    want: "bearer_token: at most one of bearer_token & bearer_token_file must be configured",
  },
  {
    name: "scaleway",
    yaml: "{project_id: 11111111-1111-1111-1111-111111111112, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111}",
    want: "role: role missing (one of: instance, baremetal)",
  },
  {
    name: "scaleway",
    yaml: "{role: gpu, project_id: 11111111-1111-1111-1111-111111111112, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111}",
    want: 'role: unknown role "gpu"',
  },
  {
    name: "scaleway",
    yaml: "{role: instance, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key_file: f}",
    want: "project_id: project_id is mandatory",
  },
  { name: "stackit", yaml: "{region: ''}", want: "endpoint: stackit_sd: endpoint and region missing" },
  {
    name: "stackit",
    yaml: "{endpoint: '://invalid'}",
    want: 'endpoint: stackit_sd: invalid endpoint "://invalid": parse "://invalid": missing protocol scheme',
  },
  {
    name: "triton",
    yaml: "{account: a, dns_suffix: d, endpoint: e, role: vm}",
    want: "role: triton SD configuration requires role to be 'container' or 'cn'",
  },
  { name: "triton", yaml: "{dns_suffix: d, endpoint: e}", want: "account: triton SD configuration requires an account" },
  { name: "triton", yaml: "{account: a, endpoint: e}", want: "dns_suffix: triton SD configuration requires a dns_suffix" },
  { name: "triton", yaml: "{account: a, dns_suffix: d}", want: "endpoint: triton SD configuration requires an endpoint" },
  {
    name: "triton",
    yaml: "{account: a, dns_suffix: d, endpoint: e, refresh_interval: 0s}",
    want: "refresh_interval: triton SD configuration requires RefreshInterval to be a positive integer",
  },
  {
    name: "triton",
    yaml: "{account: a, dns_suffix: d, endpoint: e, refresh_interval: null}",
    want: "refresh_interval: triton SD configuration requires RefreshInterval to be a positive integer",
  },
  {
    name: "triton",
    yaml: "{account: a, dns_suffix: d, endpoint: e, tls_config: {cert: c}}",
    want: "tls_config: exactly one of key or key_file must be configured when a client certificate is configured",
  },
  {
    name: "vultr",
    yaml: "{bearer_token: a, bearer_token_file: b}",
    want: "bearer_token: at most one of bearer_token & bearer_token_file must be configured",
  },
])("$name: $yaml is refused", ({ name, yaml, want }) => {
  expect(mistakes(name, yaml)).toContain(want);
});

test("a secret key that is wrong is not told", () => {
  const yaml = "{role: instance, project_id: p, access_key: a, secret_key: hunter2, zone: here, api_url: 'https://scw/'}";
  const found = mistakes("scaleway", yaml);
  expect(found.map((mistake) => mistake.slice(0, mistake.indexOf(" format")))).toEqual([
    "project_id: scaleway-sdk-go: invalid project ID",
    "access_key: scaleway-sdk-go: invalid access key",
    "secret_key: scaleway-sdk-go: invalid secret key",
    "zone: scaleway-sdk-go: invalid default zone",
    expect.stringContaining("api_url: scaleway-sdk-go: invalid API url 'https://scw/' it should not have a trailing slas"),
  ]);
  expect(found.join()).not.toContain("hunter2");
});

test("one mistake hides no other", () => {
  expect(mistakes("openstack", "{role: volume, availability: private, port: web}")).toEqual([
    "region: openstack SD configuration requires a region",
    'role: unknown OpenStack SD role "volume"',
    "availability: unknown availability private, must be one of admin, internal or public",
    'port: cannot unmarshal "web" into an integer',
  ]);
});

test("what was shown of DigitalOcean's tests is taken back, and nothing else", () => {
  expect(mistakes("digitalocean", "{httpclient: null}")).toEqual([]);
  expect(mistakes("digitalocean", "{httpclient: {timeout: 1}}")).toEqual(["httpclient: the field must be null"]);
});
