import {
  booleanField,
  durationField,
  integerField,
  listField,
  mappedField,
  mappingField,
  omitEmpty,
  optionalField,
  pathField,
  reveal,
  SECRET_TEXT,
  stringField,
  withCheck,
  type ConfigOf,
  type Field,
  type Report,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { checkTlsConfig, httpClientField, tlsClientShape } from "@ferula/http";
import { secretEndpointField } from "./endpoint-url.ts";
import { needed } from "./part-checks.ts";

const fileOutputField = mappingField({ path: pathField() }, { checks: [needed("path", "event_recorder file output requires a path")] });

/** What is 0 here has a default that is chosen when the output is opened. */
const webhookShape = {
  url: secretEndpointField(),
  http_config: optionalField(httpClientField),
  timeout: omitEmpty(durationField(0)),
  workers: omitEmpty(integerField(0)),
  max_retries: omitEmpty(integerField(0)),
  retry_backoff: omitEmpty(durationField(0)),
  batch: omitEmpty(booleanField(false)),
  batch_max_events: omitEmpty(integerField(0)),
  batch_max_bytes: omitEmpty(integerField(0)),
  batch_flush_interval: omitEmpty(durationField(0)),
} as const;

const BATCH_KEYS = ["batch_max_events", "batch_max_bytes", "batch_flush_interval"] as const;

const webhookOutputField = mappingField(webhookShape, {
  checks: [
    {
      of: ["url"],
      check({ url }, report) {
        if (url === undefined) report("url", "event_recorder webhook output requires a url");
        else if (reveal(url) === SECRET_TEXT) report("url", "event_recorder webhook output requires an absolute http(s) url");
      },
    },
    { of: ["batch", ...BATCH_KEYS], check: checkBatch },
  ],
});

function checkBatch(section: ConfigOf<typeof webhookShape>, report: Report): void {
  for (const key of BATCH_KEYS) {
    if (section[key] < 0) report(key, "event_recorder webhook batch settings cannot be negative");
    else if (!section.batch && section[key] !== 0) report(key, "event_recorder webhook batch settings require batch: true");
  }
}

const kafkaShape = {
  brokers: listField(stringField()),
  topic: stringField(),
  client_id: stringField(),
  // Empty is the default too.
  format: mappedField(
    stringField(),
    (format) => format || "json",
    (format) => format,
  ),
  acks: stringField(),
  compression: stringField(),
  buffer_size: omitEmpty(integerField(0)),
  tls_config: optionalField(withCheck(mappingField(tlsClientShape), checkTlsConfig)),
} as const;

const kafkaOutputField = mappingField(kafkaShape, {
  checks: [
    { of: ["brokers"], check: checkBrokers },
    needed("topic", "event_recorder kafka output requires a topic"),
    { of: ["acks", "compression", "format"], check: checkWords },
  ],
});

function checkBrokers({ brokers }: ConfigOf<typeof kafkaShape>, report: Report): void {
  if (brokers.length === 0) report("brokers", "event_recorder kafka: at least one broker is required");
  if (brokers.includes("")) report("brokers", "event_recorder kafka: broker entries must be non-empty");
}

function checkWords({ acks, compression, format }: ConfigOf<typeof kafkaShape>, report: Report): void {
  if (!/^(?:none|leader|all)?$/.test(acks))
    report("acks", `event_recorder kafka: unknown acks ${goQuote(acks)}, must be "none", "leader", or "all"`);
  if (!/^(?:none|gzip|snappy|lz4|zstd)?$/.test(compression))
    report("compression", `event_recorder kafka: unknown compression ${goQuote(compression)}`);
  if (!/^(?:json|protobuf)$/.test(format))
    report("format", `event_recorder kafka: unknown format ${goQuote(format)}, must be "json" or "protobuf"`);
}

const shape = {
  file_outputs: listField(fileOutputField),
  webhook_outputs: listField(webhookOutputField),
  kafka_outputs: listField(kafkaOutputField),
  stdout_outputs: listField(mappingField({})),
} as const;

/**
 * The section `event_recorder` (eventrecorder/). It counts only with the feature of its name, as upstream has it; without, it is
 * looked at and left alone.
 */
export const eventRecorderField: Field<ConfigOf<typeof shape>> = omitEmpty(mappingField(shape));
