import { integerField, listField, mappingField, stringField } from "@ferula/config";
import { tlsClientField } from "@ferula/http";
import { filled, intervalField, keptText } from "./fields.ts";

const ROLES: ReadonlySet<string> = new Set(["container", "cn"]);

/** A section of `triton_sd_configs`: containers and compute nodes of Triton (discovery/triton `SDConfig`). */
export const tritonField = mappingField(
  {
    account: keptText(),
    role: keptText("container"),
    dns_suffix: keptText(),
    endpoint: keptText(),
    groups: listField(stringField()),
    port: integerField(9163),
    refresh_interval: intervalField(60_000),
    tls_config: tlsClientField,
    version: integerField(1),
  },
  {
    checks: [
      {
        of: ["role"],
        check: ({ role }, report) => {
          if (!ROLES.has(role)) report("role", "triton SD configuration requires role to be 'container' or 'cn'");
        },
      },
      filled("account", "triton SD configuration requires an account"),
      filled("dns_suffix", "triton SD configuration requires a dns_suffix"),
      filled("endpoint", "triton SD configuration requires an endpoint"),
      {
        of: ["refresh_interval"],
        check: ({ refresh_interval: refreshMs }, report) => {
          if (refreshMs <= 0) report("refresh_interval", "triton SD configuration requires RefreshInterval to be a positive integer");
        },
      },
    ],
  },
);
