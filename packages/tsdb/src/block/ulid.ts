import { randomFillSync } from "node:crypto";

/** The digits of Crockford's base 32: no I, L, O and U. */
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ten digits of time, which are 48 bits, then sixteen of chance, which are 80. */
const TIME_DIGITS = 10;
const RANDOM_BYTES = 10;

/** A block's name (github.com/ulid/spec): 26 digits that sort by the time they were made at, in milliseconds. */
export function createUlid(nowMs: number): string {
  let time = "";
  let rest = nowMs;
  for (let i = 0; i < TIME_DIGITS; i++) {
    time = DIGITS[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  return time + randomDigits(randomFillSync(new Uint8Array(RANDOM_BYTES)));
}

/** Whether `text` is a ULID as upstream writes it. The first digit holds three bits only. */
export function isUlid(text: string): boolean {
  return /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(text);
}

/** The time that the ULID was made at. */
export function ulidTimeMs(ulid: string): number {
  let timeMs = 0;
  for (let i = 0; i < TIME_DIGITS; i++) timeMs = timeMs * 32 + DIGITS.indexOf(ulid[i]);
  return timeMs;
}

/** Five bits a digit; eight digits are five bytes. */
function randomDigits(bytes: Uint8Array): string {
  let digits = "";
  let pending = 0;
  let pendingBits = 0;
  for (const byte of bytes) {
    pending = (pending << 8) | byte;
    pendingBits += 8;
    for (; pendingBits >= 5; pendingBits -= 5) digits += DIGITS[(pending >>> (pendingBits - 5)) & 31];
    pending &= (1 << pendingBits) - 1;
  }
  return digits;
}
