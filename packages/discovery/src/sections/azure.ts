import { described, mappingField, secretField, stringField, type Report } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, isNothing, keptText, portField, refreshField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

const AUTHENTICATION_METHODS: readonly string[] = ["OAuth", "ManagedIdentity", "SDK", "WorkloadIdentity"];

/** What only the first method needs. */
const OAUTH_KEYS = ["tenant_id", "client_id", "client_secret"] as const;

/** A section of `azure_sd_configs`: virtual machines of Azure (discovery/azure `SDConfig`). */
export const azureField = mappingField(
  {
    environment: described(stringField("AzurePublicCloud"), "Which of Azure's clouds is asked."),
    port: portField(80),
    subscription_id: described(keptText(), "The subscription whose machines are found."),
    tenant_id: described(stringField(), "The tenant ID of the application; for `OAuth`."),
    client_id: described(stringField(), "The client ID of the application or of the identity."),
    client_secret: described(secretField(), "The secret of the application; for `OAuth`."),
    refresh_interval: refreshField(300_000),
    authentication_method: described(stringField("OAuth"), "How we authenticate: `OAuth`, `ManagedIdentity`, `SDK` or `WorkloadIdentity`."),
    resource_group: described(stringField(), "The group whose machines are found; empty is all."),
    ...httpClientShape,
  },
  {
    checks: [
      filled("subscription_id", requirement("subscription_id")),
      {
        of: ["authentication_method", ...OAUTH_KEYS],
        check: (section, report) => {
          if (section.authentication_method !== "OAuth") return;
          for (const key of OAUTH_KEYS) if (isNothing(section[key])) report(key, requirement(key));
        },
      },
      { of: ["authentication_method"], check: ({ authentication_method: method }, report) => checkMethod(method, report) },
      httpCheck,
    ],
  },
);

function requirement(key: string): string {
  return `azure SD configuration requires a ${key}`;
}

function checkMethod(method: string, report: Report): void {
  if (AUTHENTICATION_METHODS.includes(method)) return;
  const known = AUTHENTICATION_METHODS.map((one) => JSON.stringify(one));
  const choice = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
  report("authentication_method", `unknown authentication_type ${JSON.stringify(method)}. Supported types are ${choice}`);
}
