import type { Histogram } from "./histogram.ts";

/** The schema whose bounds are listed in the histogram: native histograms with custom buckets. */
export const CUSTOM_BUCKETS_SCHEMA: number = -53;
/** The coarsest exponential schema: bounds grow by 65536. */
export const MIN_EXPONENTIAL_SCHEMA: number = -4;
/** The finest exponential schema: 256 buckets to a power of two. */
export const MAX_EXPONENTIAL_SCHEMA: number = 8;
/** The limits of schemas that may arrive, to be reduced to one that is in use (model/histogram/generic.go). */
const MIN_RESERVED_SCHEMA = -9;
const MAX_RESERVED_SCHEMA = 52;

/** Whether `schema` has exponential bounds and is in use. */
export function isExponentialSchema(schema: number): boolean {
  return schema >= MIN_EXPONENTIAL_SCHEMA && schema <= MAX_EXPONENTIAL_SCHEMA;
}

/** Whether histograms of `schema` can be held. */
export function isValidSchema(schema: number): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA || isExponentialSchema(schema);
}

/** Whether histograms of `schema` may arrive: those that can't be held are reduced. */
export function isKnownSchema(schema: number): boolean {
  return schema === CUSTOM_BUCKETS_SCHEMA || (schema >= MIN_RESERVED_SCHEMA && schema <= MAX_RESERVED_SCHEMA);
}

/** Whether the histogram's bounds are its `customValues`. */
export function hasCustomBuckets(histogram: Histogram): boolean {
  return histogram.schema === CUSTOM_BUCKETS_SCHEMA;
}

/** The reason for which a schema can't be held, in upstream's words. */
export function invalidSchemaText(schema: number): string {
  return `histogram has an invalid schema, which must be between ${MIN_EXPONENTIAL_SCHEMA} and ${MAX_EXPONENTIAL_SCHEMA} for exponential buckets, or ${CUSTOM_BUCKETS_SCHEMA} for custom buckets, got schema ${schema}`;
}

/** The reason for which a schema is not known at all, in upstream's words. */
export function unknownSchemaText(schema: number): string {
  return `histogram has an unknown schema, which must be between ${MIN_RESERVED_SCHEMA} and ${MAX_RESERVED_SCHEMA} for exponential buckets, or ${CUSTOM_BUCKETS_SCHEMA} for custom buckets, got schema ${schema}`;
}
