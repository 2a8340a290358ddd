import {
  booleanField,
  described,
  durationField,
  isWrittenNull,
  listField,
  mapField,
  mappingField,
  omitEmpty,
  optionalField,
  requiredField,
  stringField,
  unservedWhere,
  wordField,
  type ConfigOf,
  type Field,
  type PartCheck,
  type Report,
} from "@ferula/config";
import { checkHttpConfig, httpClientShape, type HttpClientConfig } from "@ferula/http";
import { sigv4Field } from "@ferula/notifier";
import { relabelConfigsField } from "@ferula/relabel";
import { azureAdField } from "./azuread.ts";
import { checkRulesNames } from "./legacy-names.ts";
import type { Environment, Reading } from "./reading.ts";
import { checkRemoteName } from "./remote-name.ts";
import { metadataField, queueField } from "./remote-queue.ts";
import { remoteUrlField } from "./remote-url.ts";
import { checkHeaders } from "./reserved-headers.ts";

const MESSAGES = ["prometheus.WriteRequest", "io.prometheus.write.v2.Request"] as const;

function unknownMessage(text: string): string {
  return `invalid protobuf_message value: unknown type for remote write protobuf message ${text}, supported: ${MESSAGES.join(", ")}`;
}

const writtenMessageField = wordField(MESSAGES, "prometheus.WriteRequest", unknownMessage);

const messageField: typeof writtenMessageField = {
  ...writtenMessageField,
  read(at) {
    if (isWrittenNull(at)) at.source.report(at, unknownMessage(""));
    return writtenMessageField.read(at);
  },
};

const googleIamField = mappingField({
  credentials_file: described(stringField(), "The file that holds the credentials; empty looks where Google's tools do."),
});

/** Defaults and order are those of config/config.go `DefaultRemoteWriteConfig` and `RemoteWriteConfig`. */
function remoteWriteShape(environment: Environment) {
  return {
    url: described(remoteUrlField("url for remote_write is empty"), "The address samples are sent to."),
    remote_timeout: described(omitEmpty(durationField(30_000)), "How long a request may take."),
    headers: described(mapField(stringField()), "Headers that each request has besides its own."),
    write_relabel_configs: described(
      relabelConfigsField("empty or null relabeling rule in remote write config"),
      "Rules that pick and change series before they are sent.",
    ),
    name: described(stringField(), "A name for logs and metrics, unique in the list."),
    send_exemplars: described(omitEmpty(booleanField(false)), "Whether exemplars are sent too."),
    send_native_histograms: described(omitEmpty(booleanField(false)), "Whether native histograms are sent too."),
    round_robin_dns: described(omitEmpty(booleanField(false)), "Whether each request goes to another address of the host."),
    protobuf_message: described(messageField, "The message that samples are written as; it tells the protocol's version."),
    ...httpClientShape,
    enable_http2: described(booleanField(false), "Whether HTTP/2 may be spoken."),
    queue_config: described(queueField, "How samples wait and how they are sent."),
    metadata_config: described(metadataField, "How types, units and help texts of metrics are sent."),
    sigv4: described(optionalField(sigv4Field), "Signs requests for Amazon's services."),
    azuread: described(optionalField(azureAdField(environment)), "Gets tokens from Microsoft Entra ID."),
    google_iam: described(optionalField(googleIamField), "Gets tokens from Google's IAM."),
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
