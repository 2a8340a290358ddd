/** The NaN that every NaN of a body is stored as: Go's, whose last bit is another than JavaScript's (model/value/value.go `NormalNaN`). */
const NORMAL_NAN_LOW = 1;
const NORMAL_NAN_HIGH = 0x7ff80000;

/** Sets the double number i of `f64`, which `u32` is the words of. */
export function setValue(f64: Float64Array, u32: Uint32Array, i: number, value: number): void {
  f64[i] = value;
  if (value === value) return;
  u32[2 * i] = NORMAL_NAN_LOW;
  u32[2 * i + 1] = NORMAL_NAN_HIGH;
}
