import {
  bytesField,
  described,
  durationField,
  integerField,
  mappedField,
  mappingField,
  numberField,
  omitEmpty,
  optionalField,
  withCheck,
  wordField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { goQuote } from "@ferula/durations";

const MAX_PERCENTAGE = 100;

const percentageField = withCheck(omitEmpty(numberField(0)), (percentage, report) => {
  if (!(percentage >= 0 && percentage <= MAX_PERCENTAGE))
    report("", `'storage.tsdb.retention.percentage' must be in the range [0, ${MAX_PERCENTAGE}], got ${percentage}`);
});

const retentionShape = {
  time: described(omitEmpty(durationField(0)), "How long samples are kept."),
  size: described(bytesField(0), "How much room the database may take, in bytes."),
  percentage: described(percentageField, "How much of the disk the database may take, from 0 to 100."),
} as const;

/** `storage.tsdb.retention`: 0 is no limit. The percentage is that of the disk. */
export type RetentionSection = ConfigOf<typeof retentionShape>;

const floatEncodingField = wordField(
  ["", "xor", "xor2"],
  "",
  (text) => `'storage.tsdb.chunk_encoding.floats' must be 'xor' or 'xor2', or the field must be omitted entirely, got ${goQuote(text)}`,
);

const chunkEncodingShape = {
  floats: described(floatEncodingField, "How chunks of float samples are written."),
} as const;

/** In upstream's order, with the milliseconds of the window that upstream shows under a name of its own, reads and does not use. */
const tsdbShape = {
  outofordertimewindow: described(integerField(0), "The window in milliseconds as it is shown; what is written here has no effect."),
  out_of_order_time_window: described(omitEmpty(durationField(0)), "How far a sample may lie behind the newest of all."),
  stale_series_compaction_threshold: described(omitEmpty(numberField(0)), "The share of stale series, 0 to 1, that starts a compaction."),
  chunk_encoding: described(omitEmpty(mappingField(chunkEncodingShape)), "How chunks are written."),
  retention: described(
    optionalField(mappingField(retentionShape)),
    "When old blocks are deleted; what stands here, be it empty, takes the place of the flags.",
  ),
} as const;

type TsdbSection = ConfigOf<typeof tsdbShape>;

const tsdbField = mappedField<TsdbSection, TsdbSection>(
  mappingField(tsdbShape),
  (tsdb) => ({ ...tsdb, outofordertimewindow: tsdb.out_of_order_time_window }),
  (tsdb) => tsdb,
);

const exemplarsShape = { max_exemplars: described(omitEmpty(integerField(0)), "How many are kept in all; 0 keeps none.") } as const;

const storageShape = {
  tsdb: described(tsdbField, "The local database."),
  exemplars: described(optionalField(mappingField(exemplarsShape)), "How exemplars are kept."),
} as const;

/** The section `storage`. Its retention is undefined where there is none: then that of the flags is in force. */
export type StorageSection = ConfigOf<typeof storageShape>;

/** The section `storage` (config/config.go `StorageConfig`). */
export const storageField: Field<StorageSection> = mappingField(storageShape);
