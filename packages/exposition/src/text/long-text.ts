import { Buffer, isUtf8 } from "node:buffer";

/** Up to so many bytes a loop is quicker than a call into the runtime, which costs some hundred nanoseconds and then a fraction a byte. */
export const LONG_BYTES: number = 256;

/** As much is looked through in one call, so that stops that stand close do not have the same bytes looked through again and again. */
const WINDOW_BYTES = 4096;

/** As much is copied in one call: it stays in the processor's cache. */
const COPIED_BYTES = 65_536;

const copied = Buffer.alloc(COPIED_BYTES);

/** The first position from `p` on that holds one of `stops`, at most `end`. For texts that are likely to go on for long. */
export function plainEnd(bytes: Uint8Array, p: number, end: number, stops: readonly number[]): number {
  for (; p < end; p += WINDOW_BYTES) {
    const length = Math.min(WINDOW_BYTES, end - p);
    const window = Buffer.from(bytes.buffer, bytes.byteOffset + p, length);
    let stop = length;
    for (let i = 0; i < stops.length; i++) {
      const at = window.indexOf(stops[i]);
      if (at >= 0 && at < stop) stop = at;
    }
    if (stop < length) return p + stop;
  }
  return end;
}

/** Whether the bytes from `start` to `stop` are UTF-8. */
export function isUtf8Text(bytes: Uint8Array, start: number, stop: number): boolean {
  const near = stop - start > LONG_BYTES ? start + LONG_BYTES : stop;
  let p = start;
  while (p < near && bytes[p] < 0x80) p++;
  if (p === stop) return true;
  // isUtf8 takes no view of shared memory.
  return near === stop ? isUtf8(bytes.slice(p, stop)) : isLongUtf8(bytes, p, stop);
}

/** Copies by `fill`, which does so from shared memory ten times as fast as `slice`. */
function isLongUtf8(bytes: Uint8Array, p: number, stop: number): boolean {
  while (p < stop) {
    const cut = characterStart(bytes, Math.min(p + COPIED_BYTES, stop), stop);
    const part = Buffer.from(bytes.buffer, bytes.byteOffset + p, cut - p);
    if (!isUtf8(copied.fill(part, 0, cut - p).subarray(0, cut - p))) return false;
    p = cut;
  }
  return true;
}

/** `p`, or where the character begins that goes on there: at most three bytes before. */
function characterStart(bytes: Uint8Array, p: number, stop: number): number {
  const least = p - 3;
  while (p < stop && p > least && (bytes[p] & 0xc0) === 0x80) p--;
  return p;
}
