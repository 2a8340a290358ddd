import type { Field } from "./field.ts";
import { scalarField } from "./scalars.ts";

const UNITS = ["", "K", "M", "G", "T", "P", "E"] as const;
const LARGEST_BYTES = 2 ** 63;

/** A size with units in powers of 1024, such as `15MB`, `1.5GiB` or `1GiB512MiB`, in bytes (alecthomas/units `Base2Bytes`). 0 is none. */
export function bytesField(fallback: number): Field<number> {
  return scalarField(
    "a size",
    fallback,
    ({ text }) => parseBytes(text),
    { anyOf: [{ type: "string", pattern: `^[-+]?(${PART})+$` }, { enum: [0, "0", null] }] },
    (bytes) => (bytes === 0 ? undefined : formatBytes(bytes)),
  );
}

const PART = "(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)[KMGTPE]?i?B";

function parseBytes(text: string): number {
  if (text === "0") return 0;
  if (!new RegExp(`^\\+?(?:${PART})+$`).test(text)) throw new Error(`"${text}" is not a size such as 15MB`);
  let bytes = 0;
  for (const [, amount, unit] of text.matchAll(/([0-9.]+)([KMGTPE]?)i?B/g)) {
    bytes += Number(amount) * 1024 ** UNITS.indexOf(unit as (typeof UNITS)[number]);
  }
  if (bytes >= LARGEST_BYTES) throw new Error(`"${text}" is larger than any size`);
  return Math.trunc(bytes);
}

/** From the largest unit down, what is left over in the next: `1GiB512MiB`. */
function formatBytes(bytes: number): string {
  let rest = bytes;
  let text = "";
  for (let power = UNITS.length - 1; power >= 0; power--) {
    const amount = Math.floor(rest / 1024 ** power);
    if (amount > 0) text += `${amount}${UNITS[power]}${power === 0 ? "B" : "iB"}`;
    rest -= amount * 1024 ** power;
  }
  return text;
}
