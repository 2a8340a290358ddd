import { booleanField, described, durationField, integerField, mappingField, omitEmpty, type ConfigOf, type Field } from "@ferula/config";

/** Defaults and order are those of config/config.go `DefaultQueueConfig` and `QueueConfig`. Durations are milliseconds. */
const queueShape = {
  capacity: described(omitEmpty(integerField(10_000)), "How many samples may wait in each shard."),
  max_shards: described(omitEmpty(integerField(50)), "The most shards that send side by side."),
  min_shards: described(omitEmpty(integerField(1)), "With how many shards sending begins."),
  max_samples_per_send: described(omitEmpty(integerField(2000)), "How many samples a request holds at most."),
  batch_send_deadline: described(omitEmpty(durationField(5000)), "How long a sample waits for a request to fill."),
  min_backoff: described(omitEmpty(durationField(30)), "The pause before the first retry; it doubles each time."),
  max_backoff: described(omitEmpty(durationField(5000)), "The longest pause between retries."),
  retry_on_http_429: described(omitEmpty(booleanField(false)), "Whether a request is retried when the receiver is overloaded."),
  sample_age_limit: described(omitEmpty(durationField(0)), "Older samples are dropped instead of sent; 0 sends all."),
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
  send: described(booleanField(true), "Whether metadata is sent at all."),
  send_interval: described(durationField(60_000), "How often metadata is sent."),
  max_samples_per_send: described(omitEmpty(integerField(2000)), "How many metrics a request tells about at most."),
} as const;

/** `remote_write[].metadata_config`: how types, units and help texts are sent. */
export type MetadataConfig = ConfigOf<typeof metadataShape>;

/** The section `metadata_config`. */
export const metadataField: Field<MetadataConfig> = mappingField(metadataShape);
