import { expect, test } from "@jest/globals";
import { mistakes } from "./support.ts";

/** What is refused in the sections of registries and schedulers, where, and in whose words: upstream's. */
test.each([
  { name: "consul", yaml: "{server: ' '}", want: "server: consul SD configuration requires a server address" },
  {
    name: "consul",
    yaml: "{username: u, basic_auth: {username: u}}",
    want: "basic_auth: at most one of consul SD configuration username and password and basic auth can be configured",
  },
  {
    name: "consul",
    yaml: "{token: s, authorization: {credentials: s}}",
    want: "token: at most one of consul SD token, authorization, or oauth2 can be configured",
  },
  { name: "dns", yaml: "{}", want: "names: DNS-SD config must contain at least one SRV record name" },
  { name: "dns", yaml: "{names: [a], type: A}", want: "port: a port is required in DNS-SD configs for all record types except SRV" },
  { name: "dns", yaml: "{names: [a], type: TXT}", want: "type: invalid DNS-SD records type TXT" },
  { name: "docker", yaml: "{}", want: "host: host missing" },
  { name: "docker", yaml: "{host: 'tcp://docker:port'}", want: 'host: parse "tcp://docker:port": invalid port ":port" after host' },
  { name: "dockerswarm", yaml: "{host: h}", want: "role: role missing (one of: tasks, services, nodes)" },
  { name: "dockerswarm", yaml: "{host: h, role: stacks}", want: "role: invalid role stacks, expected tasks, services, or nodes" },
  { name: "dockerswarm", yaml: "{role: nodes}", want: "host: host missing" },
  { name: "eureka", yaml: "{}", want: "server: eureka_sd: empty or null eureka server" },
  { name: "eureka", yaml: "{server: eureka}", want: "server: eureka_sd: invalid eureka server URL" },
  { name: "eureka", yaml: "{server: ':8761'}", want: 'server: parse ":8761": missing protocol scheme' },
  { name: "http", yaml: "{}", want: "url: URL is missing" },
  { name: "http", yaml: "{url: example.com}", want: "url: URL scheme must be 'http' or 'https'" },
  { name: "http", yaml: "{url: 'ftp://example.com'}", want: "url: URL scheme must be 'http' or 'https'" },
  { name: "http", yaml: "{url: 'http://'}", want: "url: host is missing in URL" },
  { name: "http", yaml: "{url: 'http://a b'}", want: 'url: parse "http://a b": invalid character " " in host name' },
  { name: "kuma", yaml: "{}", want: "server: kuma SD server must not be empty: " },
  { name: "kuma", yaml: "{server: kuma}", want: "server: kuma SD server must not be empty and have a scheme: kuma" },
  { name: "marathon", yaml: "{}", want: "servers: marathon_sd: must contain at least one Marathon server" },
  {
    name: "marathon",
    yaml: "{servers: [a], auth_token: s, auth_token_file: f}",
    want: "auth_token: marathon_sd: at most one of auth_token & auth_token_file must be configured",
  },
  {
    name: "marathon",
    yaml: "{servers: [a], auth_token: s, basic_auth: {username: u}}",
    want: "basic_auth: marathon_sd: at most one of basic_auth, auth_token & auth_token_file must be configured",
  },
  {
    name: "marathon",
    yaml: "{servers: [a], auth_token: s, bearer_token: s}",
    want: "bearer_token: marathon_sd: at most one of bearer_token, bearer_token_file, auth_token & auth_token_file must be configured",
  },
  {
    name: "marathon",
    yaml: "{servers: [a], auth_token_file: s, bearer_token_file: s}",
    want: "bearer_token_file: marathon_sd: at most one of bearer_token, bearer_token_file, auth_token & auth_token_file must be configured",
  },
  {
    name: "marathon",
    yaml: "{servers: [a], auth_token: s, authorization: {credentials: s}}",
    want: "authorization: marathon_sd: at most one of auth_token, auth_token_file & authorization must be configured",
  },
  { name: "nerve", yaml: "{paths: [/a]}", want: "servers: nerve SD config must contain at least one Zookeeper server" },
  { name: "nerve", yaml: "{servers: [a]}", want: "paths: nerve SD config must contain at least one path" },
  { name: "nerve", yaml: "{servers: [a], paths: [a]}", want: "paths: nerve SD config paths must begin with '/': a" },
  { name: "nomad", yaml: "{server: ''}", want: "server: nomad SD configuration requires a server address" },
  { name: "puppetdb", yaml: "{query: q}", want: "url: URL is missing" },
  { name: "puppetdb", yaml: "{url: 'https://puppet'}", want: "query: query missing" },
  { name: "puppetdb", yaml: "{url: 'ldap://puppet', query: q}", want: "url: URL scheme must be 'http' or 'https'" },
  { name: "puppetdb", yaml: "{url: 'https:///', query: q}", want: "url: host is missing in URL" },
  { name: "serverset", yaml: "{paths: [/a]}", want: "servers: serverset SD config must contain at least one Zookeeper server" },
  { name: "serverset", yaml: "{servers: [a]}", want: "paths: serverset SD config must contain at least one path" },
  { name: "serverset", yaml: "{servers: [a], paths: [a]}", want: "paths: serverset SD config paths must begin with '/': a" },
  { name: "uyuni", yaml: "{username: u, password: p}", want: "server: Uyuni SD configuration requires server host" },
  {
    name: "uyuni",
    yaml: "{server: ':1', username: u, password: p}",
    want: 'server: Uyuni Server URL is not valid: parse ":1": missing protocol scheme',
  },
  { name: "uyuni", yaml: "{server: s, password: p}", want: "username: Uyuni SD configuration requires a username" },
  { name: "uyuni", yaml: "{server: s, username: u}", want: "password: Uyuni SD configuration requires a password" },
])("$name: $yaml is refused", ({ name, yaml, want }) => {
  expect(mistakes(name, yaml)).toContain(want);
});
