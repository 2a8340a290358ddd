import protobuf from "protobufjs";
import { LENGTH_DELIMITED, readEnd, skipField, withWireErrors } from "../read-fields.ts";
import { WireError } from "../wire-error.ts";

/** What is in a field by its number: more fields, or a list of numbers. Others are one thing each. */
type Inner = ReadonlyMap<number, Inner | "numbers">;

const PLAIN: Inner = new Map();

/** A `ReadRequest` has queries, these have matchers and hints. */
const REQUEST: Inner = new Map<number, Inner | "numbers">([
  [
    1,
    new Map([
      [3, PLAIN],
      [4, PLAIN],
    ]),
  ],
  [2, "numbers"],
]);

/**
 * Throws WireError where a `prometheus.ReadRequest` has more than `mostFields` fields, with those inside its queries and with each byte of
 * its list of numbers. To be asked before it is decoded: an empty field takes two bytes of a message, a hundredth of what its object does.
 */
export function checkRequestFields(bytes: Uint8Array, mostFields: number): void {
  let left = mostFields;

  function spend(count: number): void {
    left -= count;
    if (left < 0) throw new WireError(`proto: the request has more than ${mostFields} fields`);
  }

  function count(reader: protobuf.Reader, end: number, inner: Inner): void {
    while (reader.pos < end) {
      const tag = reader.tag();
      spend(1);
      const within = (tag & 7) === LENGTH_DELIMITED ? inner.get(tag >>> 3) : undefined;
      if (within === undefined) {
        skipField(reader, tag);
      } else if (within === "numbers") {
        const listEnd = readEnd(reader, end);
        spend(listEnd - reader.pos);
        reader.pos = listEnd;
      } else {
        count(reader, readEnd(reader, end), within);
      }
    }
  }

  withWireErrors(() => count(new protobuf.Reader(bytes), bytes.length, REQUEST));
}
