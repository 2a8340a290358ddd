import {
  bytesField,
  durationField,
  integerField,
  mappedField,
  mappingField,
  numberField,
  omitEmpty,
  optionalField,
  unservedWhere,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";
import { wordField } from "@ferula/scrape";

const MAX_PERCENTAGE = 100;

const retentionShape = {
  time: omitEmpty(durationField(0)),
  size: bytesField(0),
  percentage: withCheck(omitEmpty(numberField(0)), (percentage, report) => {
    if (!(percentage >= 0 && percentage <= MAX_PERCENTAGE))
      report("", `'storage.tsdb.retention.percentage' must be in the range [0, ${MAX_PERCENTAGE}], got ${percentage}`);
  }),
} as const;

/** `storage.tsdb.retention`: 0 is not set. The percentage is that of the disk. */
export type RetentionSection = ConfigOf<typeof retentionShape>;

const chunkEncodingShape = {
  floats: unservedWhere(
    wordField(
      ["", "xor", "xor2"],
      "",
      (text) => `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got ${goQuote(text)}`,
    ),
    (encoding) => encoding === "xor2",
    "the chunk encoding xor2",
  ),
} as const;

/** In upstream's order, with the milliseconds of the window that upstream shows under a name of its own, reads and does not use. */
const tsdbShape = {
  outofordertimewindow: integerField(0),
  out_of_order_time_window: unservedWhere(omitEmpty(durationField(0)), (windowMs) => windowMs > 0, "a window for samples out of order"),
  stale_series_compaction_threshold: omitEmpty(numberField(0)),
  chunk_encoding: omitEmpty(mappingField(chunkEncodingShape)),
  retention: mappingField(retentionShape),
} as const;

type TsdbSection = ConfigOf<typeof tsdbShape>;

const storageShape = {
  tsdb: mappedField<TsdbSection, TsdbSection>(
    mappingField(tsdbShape),
    (tsdb) => ({ ...tsdb, outofordertimewindow: tsdb.out_of_order_time_window }),
    (tsdb) => tsdb,
  ),
  exemplars: optionalField(mappingField({ max_exemplars: omitEmpty(integerField(0)) })),
} as const;

/** The section `storage`. */
export type StorageSection = ConfigOf<typeof storageShape>;

/** The section `storage` (config/config.go `StorageConfig`). */
export const storageField: Field<StorageSection> = mappingField(storageShape);
