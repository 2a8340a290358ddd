import { booleanField, durationField, integerField, mappingField, omitEmpty, stringField } from "@ferula/config";
import { tlsClientField } from "@ferula/http";
import { filled, keptSecret, keptText, wordField } from "./fields.ts";

const ROLES: readonly string[] = ["hypervisor", "instance", "loadbalancer"];

/** A section of `openstack_sd_configs`: hypervisors, instances or load balancers of OpenStack (discovery/openstack `SDConfig`). */
export const openstackField = mappingField(
  {
    identity_endpoint: keptText(),
    username: keptText(),
    userid: keptText(),
    password: keptSecret(),
    project_name: keptText(),
    project_id: keptText(),
    domain_name: keptText(),
    domain_id: keptText(),
    application_credential_name: keptText(),
    application_credential_id: keptText(),
    application_credential_secret: keptSecret(),
    role: wordField(ROLES, "", (role) => `unknown OpenStack SD role ${JSON.stringify(role)}`),
    region: keptText(),
    refresh_interval: durationField(60_000),
    port: integerField(80),
    all_tenants: omitEmpty(booleanField(false)),
    tls_config: tlsClientField,
    availability: stringField("public"),
  },
  {
    checks: [
      {
        of: ["availability"],
        check: ({ availability }, report) => {
          if (["public", "internal", "admin"].includes(availability)) return;
          report("availability", `unknown availability ${availability}, must be one of admin, internal or public`);
        },
      },
      filled("role", "role missing (one of: instance, hypervisor, loadbalancer)"),
      filled("region", "openstack SD configuration requires a region"),
    ],
  },
);
