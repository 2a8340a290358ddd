import {
  bytesField,
  durationField,
  enumField,
  integerField,
  mappingField,
  numberField,
  optionalField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { onlyWhere } from "./not-yet.ts";

const retentionShape = {
  time: durationField(0),
  size: bytesField(0),
  percentage: numberField(0, { min: 0, max: 100 }),
} as const;

/** `storage.tsdb.retention`: 0 is not set. The percentage is that of the disk. */
export type RetentionSection = ConfigOf<typeof retentionShape>;

const tsdbShape = {
  out_of_order_time_window: onlyWhere(durationField(0), (windowMs) => windowMs === 0, "a window for samples out of order"),
  retention: optionalField(mappingField(retentionShape)),
  stale_series_compaction_threshold: numberField(0, { min: 0, max: 1 }),
  chunk_encoding: optionalField(
    mappingField({ floats: onlyWhere(enumField(["xor", "xor2"], "xor"), (encoding) => encoding === "xor", "the chunk encoding xor2") }),
  ),
} as const;

const storageShape = {
  tsdb: optionalField(mappingField(tsdbShape)),
  exemplars: optionalField(mappingField({ max_exemplars: integerField(100_000) })),
} as const;

/** The section `storage`. */
export type StorageSection = ConfigOf<typeof storageShape>;

/** The section `storage`. */
export const storageField: Field<StorageSection> = mappingField(storageShape);
