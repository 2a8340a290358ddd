import { booleanField, listField, mapField, mappingField, secretField, stringField } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { intervalField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `consul_sd_configs`: services of a Consul catalog (discovery/consul `SDConfig`). */
export const consulField = mappingField(
  {
    server: stringField("localhost:8500"),
    path_prefix: stringField(),
    token: secretField(),
    datacenter: stringField(),
    namespace: stringField(),
    partition: stringField(),
    tag_separator: stringField(","),
    scheme: stringField("http"),
    username: stringField(),
    password: secretField(),
    allow_stale: booleanField(true),
    refresh_interval: intervalField(30_000),
    services: listField(stringField()),
    tags: listField(stringField()),
    node_meta: mapField(stringField()),
    filter: stringField(),
    health_filter: stringField(),
    ...httpClientShape,
  },
  {
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
  },
);
