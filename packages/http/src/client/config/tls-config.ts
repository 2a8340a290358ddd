import {
  booleanField,
  described,
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
  schema: () => ({ enum: [...TLS_VERSION_NAMES, "", null] }),
};

/** How a client checks a server, and shows itself. Of `ca`, `cert` and `key` each may come as text, from a file or from a store of secrets. */
export const tlsClientShape = {
  ca: described(stringField(), "The authorities that may have signed the server's certificate, as PEM."),
  cert: described(stringField(), "Our certificate, as PEM."),
  key: described(secretField(), "Our certificate's private key, as PEM."),
  ca_file: described(pathField(), "The file that holds the authorities."),
  cert_file: described(pathField(), "The file that holds our certificate."),
  key_file: described(pathField(), "The file that holds our private key."),
  ca_ref: described(stringField(), "The authorities' place in a store of secrets."),
  cert_ref: described(stringField(), "Our certificate's place in a store of secrets."),
  key_ref: described(stringField(), "Our private key's place in a store of secrets."),
  server_name: described(stringField(), "The name that the server's certificate must hold; empty is the host's."),
  insecure_skip_verify: described(booleanField(false), "Whether any certificate of the server is taken."),
  min_version: described(tlsVersionField, "The oldest TLS version that is spoken."),
  max_version: described(tlsVersionField, "The newest TLS version that is spoken."),
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
