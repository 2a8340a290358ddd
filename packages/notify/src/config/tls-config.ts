import { mappingField, stringField, unservedWhere, withCheck, type Field } from "@ferula/config";
import { checkTlsConfig, tlsClientShape, type TlsClientConfig } from "@ferula/http";

const secretReference = unservedWhere(stringField(), (name) => name !== "", "a reference to a store of secrets");

/** A `tls_config` whose relative paths are seen from the working folder, as upstream does outside of `http_config`. */
export const cwdTlsField: Field<TlsClientConfig> = withCheck(
  mappingField({
    ...tlsClientShape,
    ca_file: stringField(),
    cert_file: stringField(),
    key_file: stringField(),
    ca_ref: secretReference,
    cert_ref: secretReference,
    key_ref: secretReference,
  }),
  checkTlsConfig,
);
