import { expect, test } from "@jest/globals";
import { fieldsByName, shown } from "./support.ts";

/** Sections with no more than they must hold, and what upstream shows of them, in its order. */
const rows = [
  { name: "aws", yaml: "{role: ec2}", want: '{"role":"ec2","follow_redirects":false,"enable_http2":false}' },
  {
    name: "azure",
    yaml: "{subscription_id: sub, authentication_method: SDK}",
    want: '{"environment":"AzurePublicCloud","port":80,"subscription_id":"sub","refresh_interval":"5m","authentication_method":"SDK","follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "consul",
    yaml: "{}",
    want: '{"server":"localhost:8500","tag_separator":",","scheme":"http","allow_stale":true,"refresh_interval":"30s","follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "digitalocean",
    yaml: "{}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","port":80,"role":"droplets","httpclient":null}',
  },
  {
    name: "dns",
    yaml: "{names: [_http._tcp.example.org]}",
    want: '{"names":["_http._tcp.example.org"],"refresh_interval":"30s","type":"SRV","port":0}',
  },
  {
    name: "docker",
    yaml: "{host: 'unix:///var/run/docker.sock'}",
    want: '{"follow_redirects":true,"enable_http2":true,"host":"unix:///var/run/docker.sock","port":80,"filters":[],"host_networking_host":"localhost","refresh_interval":"1m","match_first_network":true}',
  },
  {
    name: "dockerswarm",
    yaml: "{host: 'http://127.0.0.1:2375', role: nodes}",
    want: '{"follow_redirects":true,"enable_http2":true,"host":"http://127.0.0.1:2375","role":"nodes","port":80,"filters":[],"refresh_interval":"1m"}',
  },
  {
    name: "ec2",
    yaml: "{}",
    want: '{"endpoint":"","region":"","refresh_interval":"1m","port":80,"filters":[],"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "ecs",
    yaml: "{}",
    want: '{"region":"","endpoint":"","port":80,"refresh_interval":"1m","request_concurrency":20,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "elasticache",
    yaml: "{}",
    want: '{"region":"","endpoint":"","port":80,"refresh_interval":"1m","request_concurrency":10,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "eureka",
    yaml: "{server: 'http://eureka:8761/eureka'}",
    want: '{"server":"http://eureka:8761/eureka","follow_redirects":true,"enable_http2":true,"refresh_interval":"30s"}',
  },
  { name: "gce", yaml: "{project: p, zone: z}", want: '{"project":"p","zone":"z","refresh_interval":"1m","port":80,"tag_separator":","}' },
  {
    name: "hetzner",
    yaml: "{role: hcloud}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","port":80,"role":"hcloud"}',
  },
  {
    name: "http",
    yaml: "{url: 'http://example.com/prometheus'}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","url":"http://example.com/prometheus"}',
  },
  {
    name: "ionos",
    yaml: "{datacenter_id: d}",
    want: '{"datacenter_id":"d","follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","port":80}',
  },
  { name: "kubernetes", yaml: "{role: pod}", want: '{"role":"pod","kubeconfig_file":"","follow_redirects":true,"enable_http2":true}' },
  {
    name: "kuma",
    yaml: "{server: 'http://kuma:5676'}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"15s","fetch_timeout":"2m","server":"http://kuma:5676"}',
  },
  {
    name: "lightsail",
    yaml: "{}",
    want: '{"endpoint":"","region":"","refresh_interval":"1m","port":80,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "linode",
    yaml: "{}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","port":80,"tag_separator":","}',
  },
  {
    name: "marathon",
    yaml: "{servers: ['https://marathon:443']}",
    want: '{"servers":["https://marathon:443"],"refresh_interval":"30s","follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "msk",
    yaml: "{}",
    want: '{"region":"","endpoint":"","port":80,"refresh_interval":"1m","request_concurrency":10,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "nerve",
    yaml: "{servers: [localhost], paths: [/monitoring]}",
    want: '{"servers":["localhost"],"paths":["/monitoring"],"timeout":"10s"}',
  },
  {
    name: "nomad",
    yaml: "{}",
    want: '{"allow_stale":true,"follow_redirects":true,"enable_http2":true,"namespace":"default","refresh_interval":"1m","region":"global","server":"http://localhost:4646","tag_separator":","}',
  },
  {
    name: "oci",
    yaml: "{region: r, auth: instance_principal}",
    want: '{"auth":"instance_principal","region":"r","follow_redirects":true,"enable_http2":true,"port":80,"refresh_interval":"1m"}',
  },
  {
    name: "openstack",
    yaml: "{role: instance, region: r}",
    want: '{"identity_endpoint":"","username":"","userid":"","password":null,"project_name":"","project_id":"","domain_name":"","domain_id":"","application_credential_name":"","application_credential_id":"","application_credential_secret":null,"role":"instance","region":"r","refresh_interval":"1m","port":80,"availability":"public"}',
  },
  {
    name: "outscale",
    yaml: "{access_key: AK, secret_key: s}",
    want: '{"endpoint":"https://api.eu-west-2.outscale.com/api/v1","region":"eu-west-2","access_key":"AK","secret_key":"<secret>","secret_key_file":"","refresh_interval":"1m","port":80,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "ovhcloud",
    yaml: "{application_key: k, application_secret: s, consumer_key: s, service: vps}",
    want: '{"endpoint":"ovh-eu","application_key":"k","application_secret":"<secret>","consumer_key":"<secret>","refresh_interval":"1m","service":"vps"}',
  },
  {
    name: "puppetdb",
    yaml: "{url: 'https://puppet/', query: 'resources {}'}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","url":"https://puppet/","query":"resources {}","include_parameters":false,"port":80}',
  },
  {
    name: "rds",
    yaml: "{}",
    want: '{"region":"","endpoint":"","port":80,"refresh_interval":"1m","filters":[],"request_concurrency":10,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "scaleway",
    yaml: "{role: instance, project_id: 11111111-1111-1111-1111-111111111112, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key: 11111111-1111-1111-1111-111111111111}",
    want: '{"project_id":"11111111-1111-1111-1111-111111111112","api_url":"https://api.scaleway.com","zone":"fr-par-1","access_key":"SCWXXXXXXXXXXXXXXXXX","secret_key":"<secret>","secret_key_file":"","follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","port":80,"role":"instance"}',
  },
  {
    name: "serverset",
    yaml: "{servers: [localhost], paths: [/monitoring]}",
    want: '{"servers":["localhost"],"paths":["/monitoring"],"timeout":"10s"}',
  },
  {
    name: "stackit",
    yaml: "{}",
    want: '{"follow_redirects":true,"enable_http2":true,"project":"","refresh_interval":"1m","port":80,"region":"eu01"}',
  },
  {
    name: "triton",
    yaml: "{account: a, dns_suffix: d, endpoint: e}",
    want: '{"account":"a","role":"container","dns_suffix":"d","endpoint":"e","port":9163,"refresh_interval":"1m","version":1}',
  },
  {
    name: "uyuni",
    yaml: "{server: 'https://uyuni', username: u, password: p}",
    want: '{"server":"https://uyuni","username":"u","password":"<secret>","follow_redirects":true,"enable_http2":true,"entitlement":"monitoring_entitled","separator":",","refresh_interval":"1m"}',
  },
  { name: "vultr", yaml: "{}", want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"1m","port":80}' },
];

test.each(rows)("a section of $name has upstream's defaults", ({ name, yaml, want }) => {
  expect(shown(name, yaml)).toBe(want);
});

test("every provider is looked at", () => {
  expect(rows.map(({ name }) => name)).toEqual(
    Object.keys(fieldsByName)
      .toSorted()
      .filter((name) => name !== "static" && name !== "file"),
  );
});
