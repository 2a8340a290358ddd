import { booleanField, durationField, integerField, mappingField, omitEmpty, type ConfigOf, type Field } from "@ferula/config";

/** Defaults and order are those of config/config.go `DefaultQueueConfig` and `QueueConfig`. Durations are milliseconds. */
const queueShape = {
  capacity: omitEmpty(integerField(10_000)),
  max_shards: omitEmpty(integerField(50)),
  min_shards: omitEmpty(integerField(1)),
  max_samples_per_send: omitEmpty(integerField(2000)),
  batch_send_deadline: omitEmpty(durationField(5000)),
  min_backoff: omitEmpty(durationField(30)),
  max_backoff: omitEmpty(durationField(5000)),
  retry_on_http_429: omitEmpty(booleanField(false)),
  sample_age_limit: omitEmpty(durationField(0)),
} as const;

/** `remote_write[].queue_config`: what waits to be sent, and how it is sent. */
export type QueueConfig = ConfigOf<typeof queueShape>;

const POSITIVE = ["capacity", "max_shards", "min_shards", "max_samples_per_send"] as const;

/** The section `queue_config`. */
export const queueField: Field<QueueConfig> = mappingField(queueShape, {
  checks: [
    ...POSITIVE.map((key) => ({
      of: [key],
      check(queue: QueueConfig, report: (key: string, reason: string) => void): void {
        if (queue[key] <= 0) report(key, `remote write queue ${key} must be positive`);
      },
    })),
    {
      of: ["min_shards", "max_shards"],
      check({ min_shards: least, max_shards: most }, report) {
        if (most > 0 && least > most) report("min_shards", "remote write queue min_shards must not be greater than max_shards");
      },
    },
    {
      of: ["min_backoff", "max_backoff"],
      check({ min_backoff: leastMs, max_backoff: mostMs }, report) {
        if (mostMs < leastMs) report("max_backoff", "remote write queue max_backoff must not be less than min_backoff");
      },
    },
  ],
});

/** Defaults and order are those of config/config.go `DefaultMetadataConfig` and `MetadataConfig`. */
const metadataShape = {
  send: booleanField(true),
  send_interval: durationField(60_000),
  max_samples_per_send: omitEmpty(integerField(2000)),
} as const;

/** `remote_write[].metadata_config`: how types, units and help texts are sent. */
export type MetadataConfig = ConfigOf<typeof metadataShape>;

/** The section `metadata_config`. */
export const metadataField: Field<MetadataConfig> = mappingField(metadataShape);
