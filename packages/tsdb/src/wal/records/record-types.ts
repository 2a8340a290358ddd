/** What a record tells of. The names are those of upstream's metrics (tsdb/record/record.go `Type.String`). */
export type RecordType =
  | "series"
  | "samples"
  | "tombstones"
  | "exemplars"
  | "mmapmarkers"
  | "metadata"
  | "histogram_samples"
  | "float_histogram_samples"
  | "custom_buckets_histogram_samples"
  | "custom_buckets_float_histogram_samples"
  | "samples_v2"
  | "histogram_samples_v2"
  | "float_histogram_samples_v2";

/** The first byte of a record of each type (tsdb/record/record.go). */
export const RECORD_BYTES: Readonly<Record<RecordType, number>> = {
  series: 1,
  samples: 2,
  tombstones: 3,
  exemplars: 4,
  mmapmarkers: 5,
  metadata: 6,
  histogram_samples: 7,
  float_histogram_samples: 8,
  custom_buckets_histogram_samples: 9,
  custom_buckets_float_histogram_samples: 10,
  samples_v2: 11,
  histogram_samples_v2: 12,
  float_histogram_samples_v2: 13,
};

const typesByByte: ReadonlyMap<number, RecordType> = new Map(
  Object.entries(RECORD_BYTES).map(([type, byte]) => [byte, type as RecordType]),
);

/** The type of a record, or undefined for an empty one and for those of a version to come. */
export function recordTypeOf(record: Uint8Array): RecordType | undefined {
  return record.length === 0 ? undefined : typesByByte.get(record[0]);
}

/** Throws RangeError where a record is not of one of the types that its decoder reads. */
export function checkRecordType(record: Uint8Array, types: readonly RecordType[]): RecordType {
  const type = recordTypeOf(record);
  if (type === undefined || !types.includes(type)) {
    throw new RangeError(`cannot read a record of type ${record[0] ?? "none"}: expected ${types.join(" or ")}`);
  }
  return type;
}
