import {
  booleanField,
  mappedField,
  mappingField,
  omitEmpty,
  optionalField,
  secretField,
  stringField,
  type Check,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { wordField } from "@ferula/scrape";
import type { Environment } from "./reading.ts";

/** Where a pod of Kubernetes finds its token, if the environment does not say (storage/remote/azuread `DefaultWorkloadIdentityTokenPath`). */
const DEFAULT_TOKEN_PATH = "/var/run/secrets/azure/tokens/azure-identity-token";

const managedIdentityShape = { client_id: stringField() } as const;
const workloadIdentityShape = { client_id: stringField(), tenant_id: stringField(), token_file_path: stringField() } as const;
const oauthShape = { client_id: stringField(), client_secret: secretField(), tenant_id: stringField() } as const;
const sdkShape = { tenant_id: stringField() } as const;
const certificateShape = {
  client_id: stringField(),
  tenant_id: stringField(),
  certificate_path: stringField(),
  certificate_key_path: stringField(),
  certificate_password: secretField(),
  send_certificate_chain: omitEmpty(booleanField(false)),
} as const;

/** In upstream's order (storage/remote/azuread `AzureADConfig`). Paths are seen from the working directory, as upstream sees them. */
function azureAdShape(environment: Environment) {
  return {
    managed_identity: optionalField(
      mappingField(managedIdentityShape, { checks: [uuidCheck("client_id", "Azure Managed Identity", { mayBeEmpty: true })] }),
    ),
    workload_identity: optionalField(workloadIdentityField(environment)),
    oauth: optionalField(
      mappingField(oauthShape, {
        checks: [
          filledCheck("client_secret", "Azure OAuth"),
          filledCheck("tenant_id", "Azure OAuth"),
          uuidCheck("client_id", "Azure OAuth"),
        ],
      }),
    ),
    sdk: optionalField(mappingField(sdkShape)),
    certificate: optionalField(
      mappingField(certificateShape, {
        checks: [
          filledCheck("tenant_id", "Azure Certificate"),
          filledCheck("certificate_path", "Azure Certificate"),
          uuidCheck("client_id", "Azure Certificate"),
        ],
      }),
    ),
    cloud: wordField(["AzurePublic", "AzureGovernment", "AzureChina"], "AzurePublic", () => "must provide a cloud in the Azure AD config"),
    scope: stringField(),
  } as const;
}

/** The section `azuread`: how tokens of Microsoft Entra ID are got. */
export type AzureAdConfig = ConfigOf<ReturnType<typeof azureAdShape>>;

const METHODS = ["managed_identity", "workload_identity", "oauth", "sdk", "certificate"] as const;

/** The section `azuread`, in upstream's words where it is wrong. */
export function azureAdField(environment: Environment): Field<AzureAdConfig> {
  return mappingField(azureAdShape(environment), {
    checks: [
      {
        of: METHODS,
        check(section, report) {
          const count = METHODS.filter((method) => section[method] !== undefined).length;
          if (count === 0)
            report(
              "",
              "must provide an Azure Managed Identity, Azure Workload Identity, Azure OAuth, Azure Certificate or Azure SDK in the Azure AD config",
            );
          if (count > 1) report("", "cannot provide multiple authentication methods in the Azure AD config");
        },
      },
      {
        of: ["scope"],
        check({ scope }, report) {
          if (!/^[\w\s:/.-]*$/.test(scope)) report("scope", "the provided scope contains invalid characters");
        },
      },
    ],
  });
}

type WorkloadIdentity = ConfigOf<typeof workloadIdentityShape>;

function workloadIdentityField({ AZURE_FEDERATED_TOKEN_FILE: tokenPath }: Environment): Field<WorkloadIdentity> {
  const section = mappingField(workloadIdentityShape, {
    checks: [uuidCheck("client_id", "Azure Workload Identity"), uuidCheck("tenant_id", "Azure Workload Identity")],
  });
  return mappedField<WorkloadIdentity, WorkloadIdentity>(
    section,
    (identity) => ({ ...identity, token_file_path: identity.token_file_path || tokenPath || DEFAULT_TOKEN_PATH }),
    (identity) => identity,
  );
}

const UUID_DIGITS = String.raw`[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}`;
/** What google/uuid parses: plain, as a URN, in braces, or without dashes. */
const UUID = new RegExp(`^(?:(?:urn:uuid:)?${UUID_DIGITS}|\\{${UUID_DIGITS}\\}|[\\da-f]{32})$`, "i");

/** A check of one key of a section. */
interface KeyCheck<Key extends string, Value> {
  readonly of: readonly Key[];
  readonly check: Check<Readonly<Record<Key, Value>>>;
}

function uuidCheck<const Key extends string>(
  key: Key,
  method: string,
  { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {},
): KeyCheck<Key, string> {
  return {
    of: [key],
    check(section, report) {
      const id = section[key];
      if (id !== "" && !UUID.test(id)) report(key, `the provided ${method} ${key} is invalid`);
      if (id === "" && !mayBeEmpty) report(key, `must provide an ${method} ${key} in the Azure AD config`);
    },
  };
}

function filledCheck<const Key extends string>(key: Key, method: string): KeyCheck<Key, unknown> {
  return {
    of: [key],
    check(section, report) {
      if (section[key] === "" || section[key] === undefined) report(key, `must provide an ${method} ${key} in the Azure AD config`);
    },
  };
}
