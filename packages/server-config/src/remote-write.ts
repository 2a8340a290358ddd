import {
  booleanField,
  durationField,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  optionalField,
  requiredField,
  stringField,
  unservedWhere,
  type ConfigOf,
  type Field,
  type PartCheck,
  type Report,
} from "@ferula/config";
import { checkHttpConfig, httpClientShape, type HttpClientConfig } from "@ferula/http";
import { sigv4Field } from "@ferula/notifier";
import { relabelConfigsField } from "@ferula/relabel";
import { wordField } from "@ferula/scrape";
import { azureAdField } from "./azuread.ts";
import { checkRulesNames } from "./legacy-names.ts";
import type { Environment, Reading } from "./reading.ts";
import { checkRemoteName } from "./remote-name.ts";
import { metadataField, queueField } from "./remote-queue.ts";
import { remoteUrlField } from "./remote-url.ts";
import { checkHeaders } from "./reserved-headers.ts";

const MESSAGES = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"] as const;

/** Defaults and order are those of config/config.go `DefaultRemoteWriteConfig` and `RemoteWriteConfig`. */
function remoteWriteShape(environment: Environment) {
  return {
    url: remoteUrlField("url for remote_write is empty"),
    remote_timeout: omitEmpty(durationField(30_000)),
    headers: mapField(stringField()),
    write_relabel_configs: relabelConfigsField("empty or null relabeling rule in remote write config"),
    name: stringField(),
    send_exemplars: omitEmpty(booleanField(false)),
    send_native_histograms: omitEmpty(booleanField(false)),
    round_robin_dns: omitEmpty(booleanField(false)),
    protobuf_message: wordField(
      MESSAGES,
      "prometheus.WriteRequest",
      (text) => `invalid protobuf_message value: unknown type for remote write protobuf message ${text}, supported: ${MESSAGES.join(", ")}`,
    ),
    ...httpClientShape,
    enable_http2: booleanField(false),
    queue_config: queueField,
    metadata_config: metadataField,
    sigv4: optionalField(sigv4Field),
    azuread: optionalField(azureAdField(environment)),
    google_iam: optionalField(mappingField({ credentials_file: stringField() })),
  } as const;
}

type RemoteWriteShape = ReturnType<typeof remoteWriteShape>;

/** An entry of `remote_write`: where samples are sent. Durations are milliseconds. */
export type RemoteWriteSection = ConfigOf<RemoteWriteShape>;

/** The list `remote_write`. */
export function remoteWritesField(reading: Reading): Field<readonly RemoteWriteSection[]> {
  const section = mappingField(remoteWriteShape(reading.environment), { checks: checksWith(reading) });
  const list = listField(requiredField(section, "empty or null remote write config section"));
  return unservedWhere(list, ({ length }) => length > 0, "remote write");
}

const CLIENT_KEYS = Object.keys(httpClientShape) as (keyof typeof httpClientShape)[];
const AUTHS = ["basic_auth", "authorization", "oauth2", "sigv4", "azuread", "google_iam"] as const;
const AUTH_LIST = "basic_auth, authorization, oauth2, sigv4, azuread or google_iam";

function checksWith(reading: Reading): readonly PartCheck<RemoteWriteShape>[] {
  return [
    {
      of: ["headers"],
      check: ({ headers }, report) => checkHeaders(headers, `authorization header must be changed via the ${AUTH_LIST} parameter`, report),
    },
    { of: CLIENT_KEYS, check: (section, report) => checkHttpConfig(section as HttpClientConfig, report) },
    { of: [...CLIENT_KEYS, ...AUTHS], check: checkOneAuth },
    { of: ["name"], check: ({ name }, report) => checkRemoteName("write", name, reading, report) },
    {
      of: ["write_relabel_configs"],
      check: ({ write_relabel_configs: rules }, report) =>
        checkRulesNames("write_relabel_configs", rules, reading.global?.metric_name_validation_scheme || "utf8", report),
    },
  ];
}

function checkOneAuth(section: RemoteWriteSection, report: Report): void {
  const configured = AUTHS.filter((key) => section[key] !== undefined);
  if (configured.length > 1)
    report(configured[1], `at most one of ${AUTH_LIST} must be configured. Currently configured: [${configured.join(" ")}]`);
}
