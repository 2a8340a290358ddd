import {
  booleanField,
  described,
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

const fileOutputField = mappingField(
  { path: described(pathField(), "The file that events are written to.") },
  { checks: [needed("path", "event_recorder file output requires a path")] },
);

/** What is 0 here has a default that is chosen when the output is opened. */
const webhookShape = {
  url: described(secretEndpointField(), "The address that events are posted to."),
  http_config: described(optionalField(httpClientField), "How requests are sent."),
  timeout: described(omitEmpty(durationField(0)), "How long a request may take."),
  workers: described(omitEmpty(integerField(0)), "How many requests are sent side by side."),
  max_retries: described(omitEmpty(integerField(0)), "How often a request that failed is sent again."),
  retry_backoff: described(omitEmpty(durationField(0)), "The pause before a request is sent again."),
  batch: described(omitEmpty(booleanField(false)), "Whether events are sent several at a time."),
  batch_max_events: described(omitEmpty(integerField(0)), "How many events a batch holds at most."),
  batch_max_bytes: described(omitEmpty(integerField(0)), "How large a batch is at most."),
  batch_flush_interval: described(omitEmpty(durationField(0)), "How long an event waits for its batch to fill."),
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

const formatField = mappedField(
  stringField(),
  (format) => format || "json",
  (format) => format,
);

const kafkaShape = {
  brokers: described(listField(stringField()), "Addresses of brokers to begin with, host:port."),
  topic: described(stringField(), "The topic that events are written to."),
  client_id: described(stringField(), "The name that we are known by."),
  // Empty is the default too.
  format: described(formatField, "How events are written: `json` or `protobuf`."),
  acks: described(stringField(), "Who must have taken an event: `none`, `leader` or `all`."),
  compression: described(stringField(), "How events are compressed: `none`, `gzip`, `snappy`, `lz4` or `zstd`."),
  buffer_size: described(omitEmpty(integerField(0)), "How many events may wait to be sent."),
  tls_config: described(optionalField(withCheck(mappingField(tlsClientShape), checkTlsConfig)), "TLS towards the brokers."),
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
  file_outputs: described(listField(fileOutputField), "Files that events are written to."),
  webhook_outputs: described(listField(webhookOutputField), "Addresses that events are posted to."),
  kafka_outputs: described(listField(kafkaOutputField), "Topics of Kafka that events are written to."),
  stdout_outputs: described(listField(mappingField({})), "Writes events to the standard output."),
} as const;

/**
 * The section `event_recorder` (eventrecorder/). It counts only with the feature of its name, as upstream has it; without, it is
 * looked at and left alone.
 */
export const eventRecorderField: Field<ConfigOf<typeof shape>> = omitEmpty(mappingField(shape));
