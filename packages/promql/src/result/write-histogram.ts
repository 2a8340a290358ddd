import { allBuckets, type FloatHistogram } from "@ferula/model";
import type { ChunkWriter } from "./chunk-writer.ts";

/**
 * Writes `[seconds,{"count":"…","sum":"…","buckets":[[rule,"lower","upper","count"],…]}]`. Empty buckets are left out. The rule says which
 * bounds belong to the bucket: 0 the upper, 1 the lower, 2 none, 3 both (util/jsonutil/marshal.go `MarshalHistogram`).
 */
export function writeHistogramPoint(out: ChunkWriter, timeMs: number, histogram: FloatHistogram): void {
  out.ascii("[");
  out.seconds(timeMs);
  out.ascii(',{"count":');
  out.quoted(histogram.count);
  out.ascii(',"sum":');
  out.quoted(histogram.sum);
  let isFirst = true;
  for (const bucket = allBuckets(histogram); bucket.next();) {
    if (bucket.count === 0) continue;
    out.ascii(isFirst ? ',"buckets":[[' : ",[");
    isFirst = false;
    out.ascii(boundaryRule(bucket.isLowerInclusive, bucket.isUpperInclusive));
    out.quoted(bucket.lower);
    out.ascii(",");
    out.quoted(bucket.upper);
    out.ascii(",");
    out.quoted(bucket.count);
    out.ascii("]");
  }
  out.ascii(isFirst ? "}]" : "]}]");
}

function boundaryRule(isLowerInclusive: boolean, isUpperInclusive: boolean): string {
  if (isLowerInclusive) return isUpperInclusive ? "3," : "1,";
  return isUpperInclusive ? "0," : "2,";
}
