import { Counter, type Registry } from "@ferula/client";

/** What a receiver counts, under upstream's names (storage/remote/write_handler.go). */
export interface ReceiverMetrics {
  readonly invalidLabels: Counter;
  readonly withoutMetadata: Counter;
}

/** Makes the metrics, in `registry`. */
export function createReceiverMetrics(registry: Registry): ReceiverMetrics {
  const registers = [registry];
  return {
    invalidLabels: new Counter({
      name: "prometheus_api_remote_write_invalid_labels_samples_total",
      help: "The total number of received remote write samples and histogram samples which were rejected due to invalid labels.",
      registers,
    }),
    withoutMetadata: new Counter({
      name: "prometheus_api_remote_write_without_metadata_appended_samples_total",
      help: "The total number of received remote write samples (and histogram samples) which were ingested without corresponding metadata.",
      registers,
    }),
  };
}
