import { parseFloatText } from "@ferula/model";
import { splitFields } from "./fields.ts";

/** The averages over 1, 5 and 15 minutes at the head of /proc/loadavg. Throws when they are not there. */
export function parseLoadavg(text: string): readonly [load1: number, load5: number, load15: number] {
  const [load1, load5, load15] = splitFields(text.trimEnd()).slice(0, 3).map(parseFloatText);
  if (load1 === undefined || load5 === undefined || load15 === undefined) {
    throw new Error(`cannot read loadavg: unexpected content ${JSON.stringify(text)}`);
  }
  return [load1, load5, load15];
}
