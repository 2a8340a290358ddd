import { described, integerField, isWrittenNull, listField, mappingField, stringField, type Field } from "@ferula/config";
import { tlsClientField } from "@ferula/http";
import { filled, keptText, portField, refreshField } from "./fields.ts";

const ROLES: ReadonlySet<string> = new Set(["container", "cn"]);

/** A null empties the interval, which is then refused as 0 is. */
function nullAsZero(field: Field<number>): Field<number> {
  return { ...field, read: (at) => (isWrittenNull(at) ? 0 : field.read(at)) };
}

/** A section of `triton_sd_configs`: containers and compute nodes of Triton (discovery/triton `SDConfig`). */
export const tritonField = mappingField(
  {
    account: described(keptText(), "The account whose containers are found."),
    role: described(keptText("container"), "What is found: `container`, or compute nodes with `cn`."),
    dns_suffix: described(keptText(), "The domain that targets' names end with."),
    endpoint: described(keptText(), "The host of the discovery service."),
    groups: described(listField(stringField()), "The groups whose containers are found; empty is all."),
    port: portField(9163),
    refresh_interval: nullAsZero(refreshField(60_000)),
    tls_config: described(tlsClientField, "How the service is checked, and how we show ourselves."),
    version: described(integerField(1), "The version of the service's API."),
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
