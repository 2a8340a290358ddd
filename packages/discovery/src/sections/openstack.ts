import { booleanField, described, mappingField, omitEmpty, stringField } from "@ferula/config";
import { tlsClientField } from "@ferula/http";
import { filled, keptRefreshField, keptSecret, keptText, portField, keptWord } from "./fields.ts";

const ROLES: readonly string[] = ["hypervisor", "instance", "loadbalancer"];

/** A section of `openstack_sd_configs`: hypervisors, instances or load balancers of OpenStack (discovery/openstack `SDConfig`). */
export const openstackField = mappingField(
  {
    identity_endpoint: described(keptText(), "The address of the identity service."),
    username: described(keptText(), "The name of the user, who is in a domain."),
    userid: described(keptText(), "The ID of the user, in place of the name."),
    password: described(keptSecret(), "The user's password."),
    project_name: described(keptText(), "The name of the project that is asked about."),
    project_id: described(keptText(), "The ID of the project, in place of the name."),
    domain_name: described(keptText(), "The name of the user's domain."),
    domain_id: described(keptText(), "The ID of the domain, in place of the name."),
    application_credential_name: described(keptText(), "The name of a credential of applications, in place of a password."),
    application_credential_id: described(keptText(), "The ID of the credential, in place of the name."),
    application_credential_secret: described(keptSecret(), "The secret of the credential."),
    role: described(
      keptWord(ROLES, "", (role) => `unknown OpenStack SD role ${JSON.stringify(role)}`),
      "What is found.",
    ),
    region: described(keptText(), "The region that is asked about."),
    refresh_interval: keptRefreshField(60_000),
    port: portField(80),
    all_tenants: described(omitEmpty(booleanField(false)), "Whether instances of all projects are found, which is for administrators."),
    tls_config: described(tlsClientField, "How the API is checked, and how we show ourselves."),
    availability: described(stringField("public"), "Which endpoint of the API is used: `public`, `internal` or `admin`."),
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
