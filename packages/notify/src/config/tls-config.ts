import { describedLike, mappingField, stringField, unservedWhere, withCheck, type Field } from "@ferula/config";
import { checkTlsConfig, tlsClientShape, type TlsClientConfig } from "@ferula/http";

const workingFolderPath = (path: Field<string>): Field<string> => describedLike(stringField(), path);

const secretReference = (name: Field<string>): Field<string> =>
  unservedWhere(name, (given) => given !== "", "a reference to a store of secrets");

/** A `tls_config` whose relative paths are seen from the working folder, as upstream does outside of `http_config`. */
export const cwdTlsField: Field<TlsClientConfig> = withCheck(
  mappingField({
    ...tlsClientShape,
    ca_file: workingFolderPath(tlsClientShape.ca_file),
    cert_file: workingFolderPath(tlsClientShape.cert_file),
    key_file: workingFolderPath(tlsClientShape.key_file),
    ca_ref: secretReference(tlsClientShape.ca_ref),
    cert_ref: secretReference(tlsClientShape.cert_ref),
    key_ref: secretReference(tlsClientShape.key_ref),
  }),
  checkTlsConfig,
);
