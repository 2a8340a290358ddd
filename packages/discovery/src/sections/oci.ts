import { described, listField, mappingField, pathField, secretField, stringField, type ConfigOf, type Report } from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { filled, isNothing, keptRefreshField, keptText, portField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

const apiKeyShape = {
  tenancy: described(stringField(), "The OCID of the tenancy."),
  user: described(stringField(), "The OCID of the user."),
  fingerprint: described(stringField(), "The fingerprint of the user's key."),
  key_file: described(pathField(), "The file that holds the user's private key."),
  key_passphrase: described(secretField(), "What decrypts the private key."),
  key_passphrase_file: described(pathField(), "The file that holds what decrypts the private key."),
} as const;

const ociShape = {
  auth: described(stringField("api_key"), "How we authenticate: `api_key` or `instance_principal`."),
  ...apiKeyShape,
  region: described(keptText(), "The region whose instances are found."),
  compartments: described(listField(stringField()), "OCIDs of the compartments whose instances are found; empty is the tenancy's root."),
  ...httpClientShape,
  port: portField(80),
  refresh_interval: keptRefreshField(60_000),
} as const;

const API_KEYS = Object.keys(apiKeyShape) as readonly (keyof typeof apiKeyShape)[];
const REQUIRED_KEYS = ["tenancy", "user", "fingerprint", "key_file"] as const;

type Authentication = Pick<ConfigOf<typeof ociShape>, "auth" | keyof typeof apiKeyShape>;

/** A section of `oci_sd_configs`: instances of Oracle Cloud (discovery/oci `SDConfig`). */
export const ociField = mappingField(ociShape, {
  checks: [
    filled("region", "oci_sd: region is required"),
    { of: ["auth", ...API_KEYS], check: checkAuthentication },
    {
      of: ["compartments"],
      check: ({ compartments }, report) => {
        const at = compartments.indexOf("");
        if (at >= 0) report("compartments", `oci_sd: compartments[${at}] must not be empty`);
      },
    },
    {
      of: ["refresh_interval"],
      check: ({ refresh_interval: refreshMs }, report) => {
        if (refreshMs <= 0) report("refresh_interval", "oci_sd: refresh_interval must be positive, got 0s");
      },
    },
    httpCheck,
  ],
});

/** What each way of proving who one is needs, and must not have. */
const AUTHENTICATIONS: Readonly<Record<string, (section: Authentication, report: Report) => void>> = {
  api_key(section, report) {
    for (const key of REQUIRED_KEYS) if (section[key] === "") report(key, `oci_sd: api_key auth requires ${key}`);
    if (section.key_passphrase === undefined || section.key_passphrase_file === "") return;
    report("key_passphrase", "oci_sd: at most one of key_passphrase and key_passphrase_file must be configured");
  },
  instance_principal(section, report) {
    const surplus = API_KEYS.find((key) => !isNothing(section[key]));
    if (surplus === undefined) return;
    const names = "tenancy, user, fingerprint, key_file, key_passphrase, or key_passphrase_file";
    report(surplus, `oci_sd: instance_principal auth must not have ${names} set`);
  },
};

function checkAuthentication(section: Authentication, report: Report): void {
  const { auth } = section;
  if (Object.hasOwn(AUTHENTICATIONS, auth)) return AUTHENTICATIONS[auth](section, report);
  report("auth", `oci_sd: unknown auth method ${JSON.stringify(auth)}, expected "api_key" or "instance_principal"`);
}
