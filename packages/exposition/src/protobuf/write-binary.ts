import { ByteWriter } from "@ferula/bytes";
import { STALE_NAN_HIGH, STALE_NAN_LOW } from "@ferula/model";
import type { Field, FieldSink } from "./write-fields.ts";

const VARINT = 0;
const FIXED_64 = 1;
const LENGTH_DELIMITED = 2;

/** With a 1 in the low word it is Go's NaN, which Prometheus stores for all but the stale marker. */
const NAN_HIGH = 0x7ff80000;

const double = new Float64Array(1);
const doubleBits = new Uint32Array(double.buffer);

/** Writes messages as bytes. Those within others are written apart first, as their lengths stand before them; the writers are kept. */
export class BinarySink implements FieldSink {
  private readonly writers: ByteWriter[] = [new ByteWriter()];
  private readonly outerFields: Field[] = [];
  private writer = this.writers[0];

  text = (field: Field, value: string): void => {
    this.tag(field, LENGTH_DELIMITED);
    this.writer.uvarintString(value);
  };

  uint = (field: Field, value: number): void => {
    this.tag(field, VARINT);
    this.uvarint(value);
  };

  int = (field: Field, value: number): void => {
    this.tag(field, VARINT);
    if (value >= 0) {
      this.uvarint(value);
      return;
    }
    // Ten bytes of two's complement: 63 bits by sevens, and the sign.
    let rest = value;
    for (let i = 0; i < 9; i++) {
      const low = ((rest % 128) + 128) % 128;
      this.writer.u8(low | 128);
      rest = (rest - low) / 128;
    }
    this.writer.u8(1);
  };

  sint = (field: Field, value: number): void => {
    this.tag(field, VARINT);
    // Zigzag: doubling is exact, only the 1 of a negative number beyond 2^52 is not.
    if (value >= -(2 ** 52)) this.uvarint(value < 0 ? -2 * value - 1 : 2 * value);
    else this.bigUvarint(-2n * BigInt(value) - 1n);
  };

  double = (field: Field, value: number): void => {
    double[0] = value;
    if (Number.isNaN(value)) this.words(field, 1, NAN_HIGH);
    else this.words(field, doubleBits[0], doubleBits[1]);
  };

  stale = (field: Field): void => this.words(field, STALE_NAN_LOW, STALE_NAN_HIGH);

  enumeration = (field: Field, value: number): void => this.uint(field, value);

  begin = (field: Field): void => {
    this.outerFields.push(field);
    const depth = this.outerFields.length;
    if (this.writers.length === depth) this.writers.push(new ByteWriter());
    this.writer = this.writers[depth];
    this.writer.reset();
  };

  end = (): void => {
    const field = this.outerFields.pop();
    if (field === undefined) throw new Error("BUG: a message is ended that was not begun");
    const inner = this.writer;
    this.writer = this.writers[this.outerFields.length];
    this.tag(field, LENGTH_DELIMITED);
    this.writer.uvarint(inner.length);
    this.writer.bytes(inner.view());
  };

  /** Appends the message to `out`, its length before it, and starts the next one. */
  flush(out: ByteWriter): void {
    out.uvarint(this.writer.length);
    out.bytes(this.writer.view());
    this.writer.reset();
  }

  private tag({ number }: Field, wireType: number): void {
    this.writer.uvarint(number * 8 + wireType);
  }

  /** Of any whole number up to 2^64, of which doubles have 53 bits: dividing by 128 loses none. */
  private uvarint(value: number): void {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.writer.u8((rest % 128) | 128);
    this.writer.u8(rest);
  }

  private bigUvarint(value: bigint): void {
    let rest = value;
    for (; rest >= 128n; rest >>= 7n) this.writer.u8(Number(rest & 127n) | 128);
    this.writer.u8(Number(rest));
  }

  private words(field: Field, low: number, high: number): void {
    this.tag(field, FIXED_64);
    this.writer.u32le(low);
    this.writer.u32le(high);
  }
}
