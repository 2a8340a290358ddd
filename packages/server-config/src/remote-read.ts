import {
  booleanField,
  described,
  durationField,
  integerField,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  requiredField,
  stringField,
  unservedWhere,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { checkHttpConfig, httpClientShape, type HttpClientConfig } from "@ferula/http";
import { isUtf8Name } from "@ferula/model";
import type { Reading } from "./reading.ts";
import { checkRemoteName } from "./remote-name.ts";
import { remoteUrlField } from "./remote-url.ts";
import { checkHeaders } from "./reserved-headers.ts";

const CHUNKED_READ_LIMIT_BYTES = 50_000_000;

/** Defaults and order are those of config/config.go `DefaultRemoteReadConfig` and `RemoteReadConfig`. */
const remoteReadShape = {
  url: described(remoteUrlField("url for remote_read is empty"), "The address samples are read from."),
  remote_timeout: described(omitEmpty(durationField(60_000)), "How long a request may take."),
  chunked_read_limit: described(omitEmpty(integerField(CHUNKED_READ_LIMIT_BYTES, { min: 0 })), "The largest frame taken, in bytes."),
  headers: described(mapField(stringField()), "Headers that each request has besides its own."),
  read_recent: described(omitEmpty(booleanField(false)), "Whether it is asked for times that the local database covers too."),
  name: described(stringField(), "A name for logs and metrics, unique in the list."),
  ...httpClientShape,
  required_matchers: described(mapField(stringField()), "It is asked only by queries that select these labels with these values."),
  filter_external_labels: described(omitEmpty(booleanField(true)), "Whether the external labels are added to what is asked for."),
} as const;

/** An entry of `remote_read`: where samples are also read. Durations are milliseconds. */
export type RemoteReadSection = ConfigOf<typeof remoteReadShape>;

const CLIENT_KEYS = Object.keys(httpClientShape) as (keyof typeof httpClientShape)[];

/** The list `remote_read`. */
export function remoteReadsField(reading: Reading): Field<readonly RemoteReadSection[]> {
  const section = mappingField(remoteReadShape, {
    checks: [
      {
        of: ["headers"],
        check: ({ headers }, report) =>
          checkHeaders(
            headers,
            "authorization header must be changed via the basic_auth, authorization, oauth2, sigv4, azuread or google_iam parameter",
            report,
          ),
      },
      { of: CLIENT_KEYS, check: (one, report) => checkHttpConfig(one as HttpClientConfig, report) },
      { of: ["name"], check: ({ name }, report) => checkRemoteName("read", name, reading, report) },
      {
        of: ["required_matchers"],
        check({ required_matchers: matchers }, report) {
          for (const name of matchers.keys())
            if (!isUtf8Name(name)) report("required_matchers", `${goQuote(name)} is not a valid label name`);
        },
      },
    ],
  });
  const list = listField(requiredField(section, "empty or null remote read config section"));
  return unservedWhere(list, ({ length }) => length > 0, "remote read");
}
