import {
  booleanField,
  mappingField,
  namedField,
  pathField,
  secretField,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { TLS_VERSION_NAMES, type TlsVersion } from "../../tls-versions.ts";
import { givenCount } from "./given-count.ts";

/** The name of a version; "" leaves it to OpenSSL. */
const tlsVersionField: Field<TlsVersion | ""> = {
  ...(withCheck(stringField(), (name, report) => {
    if (name !== "" && !(TLS_VERSION_NAMES as readonly string[]).includes(name)) report("", `unknown TLS version: ${name}`);
  }) as Field<TlsVersion | "">),
  schema: () => ({ enum: [...TLS_VERSION_NAMES, null] }),
};

/** How a client checks a server, and shows itself. Of `ca`, `cert` and `key` each may come as text, from a file or from a store of secrets. */
export const tlsClientShape = {
  ca: stringField(),
  cert: stringField(),
  key: secretField(),
  ca_file: pathField(),
  cert_file: pathField(),
  key_file: pathField(),
  ca_ref: stringField(),
  cert_ref: stringField(),
  key_ref: stringField(),
  server_name: stringField(),
  insecure_skip_verify: booleanField(false),
  min_version: tlsVersionField,
  max_version: tlsVersionField,
} as const;

/** The section `tls_config`. */
export type TlsClientConfig = ConfigOf<typeof tlsClientShape>;

/** What may not stand together, in upstream's words (common/config `TLSConfig.Validate`). */
export function checkTlsConfig(tls: TlsClientConfig, report: Report): void {
  if (givenCount(tls.ca, tls.ca_file, tls.ca_ref) > 1) report("", "at most one of ca, ca_file & ca_ref must be configured");
  const certCount = givenCount(tls.cert, tls.cert_file, tls.cert_ref);
  const keyCount = givenCount(tls.key, tls.key_file, tls.key_ref);
  if (certCount > 1) report("", "at most one of cert, cert_file & cert_ref must be configured");
  if (keyCount > 1) report("", "at most one of key and key_file must be configured");
  if (certCount > 0 && keyCount === 0)
    report("", "exactly one of key or key_file must be configured when a client certificate is configured");
  if (keyCount > 0 && certCount === 0) report("", "exactly one of cert or cert_file must be configured when a client key is configured");
}

const checkedTlsField: Field<TlsClientConfig> = withCheck(mappingField(tlsClientShape), checkTlsConfig);

/** A section `tls_config`, checked. It is shown only when something in it was set, as upstream does. */
export const tlsClientField: Field<TlsClientConfig> = {
  ...namedField("tls_config", () => checkedTlsField),
  print(tls) {
    const printed = checkedTlsField.print(tls) as Readonly<Record<string, unknown>>;
    return Object.keys(printed).length === 1 && !tls.insecure_skip_verify ? undefined : printed;
  },
};
