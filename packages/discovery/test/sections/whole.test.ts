import { expect, test } from "@jest/globals";
import { shown } from "./support.ts";

/** Sections with all that they can hold, and what upstream shows of them, in its order. */
test.each([
  {
    name: "aws",
    yaml: "{role: rds, region: eu-west-1, endpoint: 'https://rds', access_key: AK, secret_key: s, profile: p, role_arn: 'arn:aws:iam::1:role/x', external_id: e, refresh_interval: 5m, port: 9100, follow_redirects: true, filters: [{name: engine, values: [mysql]}], clusters: [a, b]}",
    want: '{"role":"rds","region":"eu-west-1","endpoint":"https://rds","access_key":"AK","secret_key":"<secret>","profile":"p","role_arn":"arn:aws:iam::1:role/x","external_id":"e","refresh_interval":"5m","port":9100,"follow_redirects":true,"enable_http2":false,"filters":[{"name":"engine","values":["mysql"]}],"clusters":["a","b"]}',
  },
  {
    name: "azure",
    yaml: "{environment: AzureChinaCloud, port: 9100, subscription_id: sub, tenant_id: t, client_id: c, client_secret: s, refresh_interval: 1m, authentication_method: OAuth, resource_group: g, basic_auth: {username: u, password: p}}",
    want: '{"environment":"AzureChinaCloud","port":9100,"subscription_id":"sub","tenant_id":"t","client_id":"c","client_secret":"<secret>","refresh_interval":"1m","authentication_method":"OAuth","resource_group":"g","basic_auth":{"username":"u","password":"<secret>"},"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "consul",
    yaml: "{server: 'consul:8500', path_prefix: /c, token: s, datacenter: dc, namespace: ns, partition: p, tag_separator: ';', scheme: https, allow_stale: false, refresh_interval: 1m, services: [web], tags: [canary], node_meta: {rack: '123', az: a}, filter: f, health_filter: h, follow_redirects: false}",
    want: '{"server":"consul:8500","path_prefix":"/c","token":"<secret>","datacenter":"dc","namespace":"ns","partition":"p","tag_separator":";","scheme":"https","allow_stale":false,"refresh_interval":"1m","services":["web"],"tags":["canary"],"node_meta":{"az":"a","rack":"123"},"filter":"f","health_filter":"h","follow_redirects":false,"enable_http2":true}',
  },
  {
    name: "digitalocean",
    yaml: "{authorization: {credentials: s}, refresh_interval: 5m, port: 9100, role: databases}",
    want: '{"authorization":{"type":"Bearer","credentials":"<secret>"},"follow_redirects":true,"enable_http2":true,"refresh_interval":"5m","port":9100,"role":"databases","httpclient":null}',
  },
  {
    name: "dns",
    yaml: "{names: [a.example.org, b.example.org], refresh_interval: 15s, type: a, port: 9100}",
    want: '{"names":["a.example.org","b.example.org"],"refresh_interval":"15s","type":"a","port":9100}',
  },
  {
    name: "docker",
    yaml: "{host: 'tcp://docker:2375', port: 9100, filters: [{name: status, values: [running]}], host_networking_host: node, refresh_interval: 5m, match_first_network: false}",
    want: '{"follow_redirects":true,"enable_http2":true,"host":"tcp://docker:2375","port":9100,"filters":[{"name":"status","values":["running"]}],"host_networking_host":"node","refresh_interval":"5m","match_first_network":false}',
  },
  {
    name: "dockerswarm",
    yaml: "{host: 'http://127.0.0.1:2375', role: tasks, port: 9100, filters: [{name: role, values: [manager, worker]}, {}], refresh_interval: 5m}",
    want: '{"follow_redirects":true,"enable_http2":true,"host":"http://127.0.0.1:2375","role":"tasks","port":9100,"filters":[{"name":"role","values":["manager","worker"]},{"name":"","values":[]}],"refresh_interval":"5m"}',
  },
  {
    name: "ec2",
    yaml: "{endpoint: 'https://ec2', region: eu-west-1, access_key: AK, secret_key: s, profile: p, role_arn: 'arn:aws:iam::1:role/x', external_id: e, refresh_interval: 5m, port: 9100, filters: [{name: 'tag:env', values: [prod]}]}",
    want: '{"endpoint":"https://ec2","region":"eu-west-1","access_key":"AK","secret_key":"<secret>","profile":"p","role_arn":"arn:aws:iam::1:role/x","external_id":"e","refresh_interval":"5m","port":9100,"filters":[{"name":"tag:env","values":["prod"]}],"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "ecs",
    yaml: "{region: eu-west-1, endpoint: 'https://ecs', access_key: AK, secret_key: s, profile: p, role_arn: 'arn:aws:iam::1:role/x', external_id: e, clusters: [a], port: 9100, refresh_interval: 5m, request_concurrency: 5}",
    want: '{"region":"eu-west-1","endpoint":"https://ecs","access_key":"AK","secret_key":"<secret>","profile":"p","role_arn":"arn:aws:iam::1:role/x","external_id":"e","clusters":["a"],"port":9100,"refresh_interval":"5m","request_concurrency":5,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "elasticache",
    yaml: "{region: eu-west-1, clusters: [a, b], request_concurrency: 0}",
    want: '{"region":"eu-west-1","endpoint":"","clusters":["a","b"],"port":80,"refresh_interval":"1m","follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "eureka",
    yaml: "{server: 'http://eureka:8761/eureka', refresh_interval: 1m, authorization: {type: Token, credentials: s}}",
    want: '{"server":"http://eureka:8761/eureka","authorization":{"type":"Token","credentials":"<secret>"},"follow_redirects":true,"enable_http2":true,"refresh_interval":"1m"}',
  },
  {
    name: "gce",
    yaml: "{project: p, zone: z, filter: 'labels.env=prod', refresh_interval: 5m, port: 9100, tag_separator: ';'}",
    want: '{"project":"p","zone":"z","filter":"labels.env=prod","refresh_interval":"5m","port":9100,"tag_separator":";"}',
  },
  {
    name: "hetzner",
    yaml: "{role: robot, refresh_interval: 5m, port: 9100, label_selector: 'env=prod', basic_auth: {username: u, password: p}}",
    want: '{"basic_auth":{"username":"u","password":"<secret>"},"follow_redirects":true,"enable_http2":true,"refresh_interval":"5m","port":9100,"role":"robot","label_selector":"env=prod"}',
  },
  {
    name: "http",
    yaml: "{url: 'https://example.com', refresh_interval: 30s, tls_config: {insecure_skip_verify: true}}",
    want: '{"tls_config":{"insecure_skip_verify":true},"follow_redirects":true,"enable_http2":true,"refresh_interval":"30s","url":"https://example.com"}',
  },
  {
    name: "ionos",
    yaml: "{datacenter_id: d, refresh_interval: 5m, port: 9100}",
    want: '{"datacenter_id":"d","follow_redirects":true,"enable_http2":true,"refresh_interval":"5m","port":9100}',
  },
  {
    name: "kubernetes",
    yaml: "{role: endpointslice, api_server: 'https://user:secret@kube:6443', namespaces: {own_namespace: false, names: [default, web]}, selectors: [{role: pod, label: 'app in (a, b),!draft', field: 'status.phase=Running'}, {role: service}], attach_metadata: {node: true, deployment: true}, bearer_token_file: /token}",
    want: '{"api_server":"https://user:xxxxx@kube:6443","role":"endpointslice","kubeconfig_file":"","authorization":{"type":"Bearer","credentials_file":"/token"},"follow_redirects":true,"enable_http2":true,"namespaces":{"own_namespace":false,"names":["default","web"]},"selectors":[{"role":"pod","label":"app in (a, b),!draft","field":"status.phase=Running"},{"role":"service"}],"attach_metadata":{"node":true,"namespace":false,"deployment":true,"job":false,"cronjob":false}}',
  },
  {
    name: "kuma",
    yaml: "{server: 'http://kuma:5676', refresh_interval: 30s, fetch_timeout: 1m, client_id: main}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"30s","fetch_timeout":"1m","server":"http://kuma:5676","client_id":"main"}',
  },
  {
    name: "lightsail",
    yaml: "{endpoint: 'https://lightsail', region: eu-west-1, access_key: AK, secret_key: s, profile: p, role_arn: 'arn:aws:iam::1:role/x', external_id: e, refresh_interval: 5m, port: 9100}",
    want: '{"endpoint":"https://lightsail","region":"eu-west-1","access_key":"AK","secret_key":"<secret>","profile":"p","role_arn":"arn:aws:iam::1:role/x","external_id":"e","refresh_interval":"5m","port":9100,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "linode",
    yaml: "{refresh_interval: 5m, port: 9100, tag_separator: ';', region: eu}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"5m","port":9100,"tag_separator":";","region":"eu"}',
  },
  {
    name: "marathon",
    yaml: "{servers: [a, b], refresh_interval: 1m, auth_token: s}",
    want: '{"servers":["a","b"],"refresh_interval":"1m","auth_token":"<secret>","follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "msk",
    yaml: "{region: eu-west-1, endpoint: 'https://msk', clusters: [a], port: 9100, refresh_interval: 5m, request_concurrency: 3}",
    want: '{"region":"eu-west-1","endpoint":"https://msk","clusters":["a"],"port":9100,"refresh_interval":"5m","request_concurrency":3,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "nerve",
    yaml: "{servers: [a, b], paths: [/a, /b], timeout: 30s}",
    want: '{"servers":["a","b"],"paths":["/a","/b"],"timeout":"30s"}',
  },
  {
    name: "nomad",
    yaml: "{allow_stale: false, namespace: n, refresh_interval: 5m, region: r, server: 'https://nomad', tag_separator: ';'}",
    want: '{"allow_stale":false,"follow_redirects":true,"enable_http2":true,"namespace":"n","refresh_interval":"5m","region":"r","server":"https://nomad","tag_separator":";"}',
  },
  {
    name: "oci",
    yaml: "{auth: api_key, tenancy: t, user: u, fingerprint: 'aa:bb', key_file: /key.pem, key_passphrase: s, region: r, compartments: [c], port: 9100, refresh_interval: 5m}",
    want: '{"auth":"api_key","tenancy":"t","user":"u","fingerprint":"aa:bb","key_file":"/key.pem","key_passphrase":"<secret>","region":"r","compartments":["c"],"follow_redirects":true,"enable_http2":true,"port":9100,"refresh_interval":"5m"}',
  },
  {
    name: "openstack",
    yaml: "{identity_endpoint: 'https://id', username: u, userid: i, password: s, project_name: pn, project_id: pi, domain_name: dn, domain_id: di, application_credential_name: an, application_credential_id: ai, application_credential_secret: s, role: loadbalancer, region: r, refresh_interval: 5m, port: 9100, all_tenants: true, tls_config: {ca_file: /ca.pem}, availability: admin}",
    want: '{"identity_endpoint":"https://id","username":"u","userid":"i","password":"<secret>","project_name":"pn","project_id":"pi","domain_name":"dn","domain_id":"di","application_credential_name":"an","application_credential_id":"ai","application_credential_secret":"<secret>","role":"loadbalancer","region":"r","refresh_interval":"5m","port":9100,"all_tenants":true,"tls_config":{"ca_file":"/ca.pem","insecure_skip_verify":false},"availability":"admin"}',
  },
  {
    name: "outscale",
    yaml: "{endpoint: 'https://osc', region: us-east-2, access_key: AK, secret_key_file: /key, refresh_interval: 5m, port: 9100}",
    want: '{"endpoint":"https://osc","region":"us-east-2","access_key":"AK","secret_key":null,"secret_key_file":"/key","refresh_interval":"5m","port":9100,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "ovhcloud",
    yaml: "{endpoint: ovh-ca, application_key: k, application_secret: s, consumer_key: s, refresh_interval: 5m, service: dedicated_server}",
    want: '{"endpoint":"ovh-ca","application_key":"k","application_secret":"<secret>","consumer_key":"<secret>","refresh_interval":"5m","service":"dedicated_server"}',
  },
  {
    name: "puppetdb",
    yaml: "{url: 'https://puppet/', query: q, include_parameters: true, port: 9100, refresh_interval: 5m}",
    want: '{"follow_redirects":true,"enable_http2":true,"refresh_interval":"5m","url":"https://puppet/","query":"q","include_parameters":true,"port":9100}',
  },
  {
    name: "rds",
    yaml: "{region: eu-west-1, endpoint: 'https://rds', clusters: [a], port: 9100, refresh_interval: 5m, filters: [{name: engine, values: []}], request_concurrency: 3}",
    want: '{"region":"eu-west-1","endpoint":"https://rds","clusters":["a"],"port":9100,"refresh_interval":"5m","filters":[{"name":"engine","values":[]}],"request_concurrency":3,"follow_redirects":true,"enable_http2":true}',
  },
  {
    name: "scaleway",
    yaml: "{role: baremetal, project_id: 11111111-1111-1111-1111-111111111112, access_key: SCWXXXXXXXXXXXXXXXXX, secret_key_file: /key, api_url: 'https://scw', zone: nl-ams-1, name_filter: web, tags_filter: [a, b], refresh_interval: 5m, port: 9100}",
    want: '{"project_id":"11111111-1111-1111-1111-111111111112","api_url":"https://scw","zone":"nl-ams-1","access_key":"SCWXXXXXXXXXXXXXXXXX","secret_key":null,"secret_key_file":"/key","name_filter":"web","tags_filter":["a","b"],"follow_redirects":true,"enable_http2":true,"refresh_interval":"5m","port":9100,"role":"baremetal"}',
  },
  {
    name: "serverset",
    yaml: "{servers: [a, b], paths: [/a, /b], timeout: 30s}",
    want: '{"servers":["a","b"],"paths":["/a","/b"],"timeout":"30s"}',
  },
  {
    name: "stackit",
    yaml: "{project: p, refresh_interval: 5m, port: 9100, region: eu02, endpoint: 'https://iaas', service_account_key: s, private_key: s, service_account_key_path: sa.json, private_key_path: key.pem, credentials_file_path: c.json}",
    want: '{"follow_redirects":true,"enable_http2":true,"project":"p","refresh_interval":"5m","port":9100,"region":"eu02","endpoint":"https://iaas","service_account_key":"<secret>","private_key":"<secret>","service_account_key_path":"sa.json","private_key_path":"key.pem","credentials_file_path":"c.json"}',
  },
  {
    name: "triton",
    yaml: "{account: a, role: cn, dns_suffix: d, endpoint: e, groups: [g], port: 9100, refresh_interval: 5m, tls_config: {insecure_skip_verify: true}, version: 2}",
    want: '{"account":"a","role":"cn","dns_suffix":"d","endpoint":"e","groups":["g"],"port":9100,"refresh_interval":"5m","tls_config":{"insecure_skip_verify":true},"version":2}',
  },
  {
    name: "uyuni",
    yaml: "{server: 'https://uyuni', username: u, password: p, entitlement: e, separator: ';', refresh_interval: 5m}",
    want: '{"server":"https://uyuni","username":"u","password":"<secret>","follow_redirects":true,"enable_http2":true,"entitlement":"e","separator":";","refresh_interval":"5m"}',
  },
  {
    name: "vultr",
    yaml: "{refresh_interval: 5m, port: 9100, enable_http2: false}",
    want: '{"follow_redirects":true,"enable_http2":false,"refresh_interval":"5m","port":9100}',
  },
])("a section of $name is shown whole, its secrets masked", ({ name, yaml, want }) => {
  expect(shown(name, yaml)).toBe(want);
});
