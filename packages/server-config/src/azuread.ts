import {
  booleanField,
  described,
  mappedField,
  mappingField,
  omitEmpty,
  optionalField,
  secretField,
  stringField,
  wordField,
  type Check,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import type { Environment } from "./reading.ts";

/** Where a pod of Kubernetes finds its token, if the environment does not say (storage/remote/azuread `DefaultWorkloadIdentityTokenPath`). */
const DEFAULT_TOKEN_PATH = "/var/run/secrets/azure/tokens/azure-identity-token";

const managedIdentityShape = { client_id: described(stringField(), "The identity's client ID; empty takes the machine's own.") } as const;
const workloadIdentityShape = {
  client_id: described(stringField(), "The client ID of the application."),
  tenant_id: described(stringField(), "The tenant ID of the application."),
  token_file_path: described(stringField(), "The file with the service account's token."),
} as const;
const oauthShape = {
  client_id: described(stringField(), "The client ID of the application."),
  client_secret: described(secretField(), "The secret of the application."),
  tenant_id: described(stringField(), "The tenant ID of the application."),
} as const;
const sdkShape = { tenant_id: described(stringField(), "The tenant that credentials are looked for in.") } as const;
const certificateShape = {
  client_id: described(stringField(), "The client ID of the application."),
  tenant_id: described(stringField(), "The tenant ID of the application."),
  certificate_path: described(stringField(), "The file with the certificate, PEM or PKCS #12."),
  certificate_key_path: described(stringField(), "The file with the private key, where the certificate's does not hold it."),
  certificate_password: described(secretField(), "What decrypts the private key."),
  send_certificate_chain: described(omitEmpty(booleanField(false)), "Whether the whole chain is sent with each request for a token."),
} as const;

const managedIdentityField = mappingField(managedIdentityShape, {
  checks: [uuidCheck("client_id", "Azure Managed Identity", { mayBeEmpty: true })],
});

const oauthField = mappingField(oauthShape, {
  checks: [filledCheck("client_secret", "Azure OAuth"), filledCheck("tenant_id", "Azure OAuth"), uuidCheck("client_id", "Azure OAuth")],
});

const certificateField = mappingField(certificateShape, {
  checks: [
    filledCheck("tenant_id", "Azure Certificate"),
    filledCheck("certificate_path", "Azure Certificate"),
    uuidCheck("client_id", "Azure Certificate"),
  ],
});

const cloudField = wordField(
  ["AzurePublic", "AzureGovernment", "AzureChina"],
  "AzurePublic",
  () => "must provide a cloud in the Azure AD config",
);

/** In upstream's order (storage/remote/azuread `AzureADConfig`). Paths are seen from the working directory, as upstream sees them. */
function azureAdShape(environment: Environment) {
  return {
    managed_identity: described(optionalField(managedIdentityField), "Authenticates by an identity that Azure manages."),
    workload_identity: described(optionalField(workloadIdentityField(environment)), "Authenticates by an identity of a Kubernetes pod."),
    oauth: described(optionalField(oauthField), "Authenticates by an application's secret."),
    sdk: described(optionalField(mappingField(sdkShape)), "Authenticates by the credentials that Azure's SDK finds."),
    certificate: described(optionalField(certificateField), "Authenticates by an application's certificate."),
    cloud: described(cloudField, "Which of Azure's clouds is asked."),
    scope: described(stringField(), "What the token is asked for; empty is the monitoring service of the cloud."),
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
