import { booleanField, described, listField, mapField, mappingField, secretField, stringField, type ConfigOf } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { refreshField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

const consulShape = {
  server: described(stringField("localhost:8500"), "The address of the agent, host:port."),
  path_prefix: described(stringField(), "What stands before the path of the API."),
  token: described(secretField(), "The token of Consul's access control."),
  datacenter: described(stringField(), "The data center that is asked about; empty is the agent's."),
  namespace: described(stringField(), "The namespace that is asked about; for Consul Enterprise."),
  partition: described(stringField(), "The admin partition that is asked about; for Consul Enterprise."),
  tag_separator: described(stringField(","), "What stands between tags in their label."),
  scheme: described(stringField("http"), "The scheme of requests, `http` or `https`."),
  username: described(stringField(), "The user for each request; `basic_auth` is the newer way."),
  password: described(secretField(), "The user's password."),
  allow_stale: described(booleanField(true), "Whether any server may answer, with what it knows."),
  refresh_interval: refreshField(30_000),
  services: described(listField(stringField()), "Names of services whose instances are found; empty is all."),
  tags: described(listField(stringField()), "Tags that a service must have, all of them; `filter` is the newer way."),
  node_meta: described(mapField(stringField()), "Metadata that a node must have; `filter` is the newer way."),
  filter: described(stringField(), "Which services of the catalog are found, as an expression of Consul's."),
  health_filter: described(stringField(), "Which instances of these services are found, as an expression of Consul's."),
  ...httpClientShape,
} as const;

/** What is in the section. */
export type ConsulConfig = ConfigOf<typeof consulShape>;

/** A section of `consul_sd_configs`: services of a Consul catalog (discovery/consul `SDConfig`). */
export const consulField = mappingField(consulShape, {
  checks: [
    {
      of: ["server"],
      check: ({ server }, report) => {
        if (server.trim() === "") report("server", "consul SD configuration requires a server address");
      },
    },
    {
      of: ["username", "password", "basic_auth"],
      check: ({ username, password, basic_auth: basic }, report) => {
        const hasUser = username !== "" || password !== undefined;
        if (!hasUser || basic === undefined) return;
        report("basic_auth", "at most one of consul SD configuration username and password and basic auth can be configured");
      },
    },
    {
      of: ["token", "authorization", "oauth2"],
      check: ({ token, authorization, oauth2 }, report) => {
        if (token === undefined || (authorization === undefined && oauth2 === undefined)) return;
        report("token", "at most one of consul SD token, authorization, or oauth2 can be configured");
      },
    },
    httpCheck,
  ],
});
