import { parseCount, splitFields } from "./fields.ts";

/**
 * The columns of /proc/net/dev, as the metrics name them. The kernel has already added up what its finer statistics hold: missed
 * packets are dropped ones, errors of length, overrun and checksum are frame errors, aborted, heartbeat and window errors are carrier
 * errors.
 */
export const netDevColumns: readonly string[] = [
  "receive_bytes",
  "receive_packets",
  "receive_errs",
  "receive_drop",
  "receive_fifo",
  "receive_frame",
  "receive_compressed",
  "receive_multicast",
  "transmit_bytes",
  "transmit_packets",
  "transmit_errs",
  "transmit_drop",
  "transmit_fifo",
  "transmit_colls",
  "transmit_carrier",
  "transmit_compressed",
];

/** A line of /proc/net/dev. */
export interface NetDevice {
  readonly device: string;
  /** As in `netDevColumns`. */
  readonly counts: readonly number[];
}

/** The lines of /proc/net/dev whose device `isWanted`. Throws on a line of another form. */
export function parseNetDev(text: string, isWanted: (device: string) => boolean): readonly NetDevice[] {
  const devices: NetDevice[] = [];
  // Two lines of headings come first.
  for (const line of text.split("\n").slice(2)) {
    if (line === "") continue;
    // A label of an alias may hold a colon itself; the counts do not.
    const colon = line.lastIndexOf(":");
    const device = line.slice(0, colon).trim();
    const words = splitFields(line.slice(colon + 1));
    if (colon < 0 || words.length !== netDevColumns.length) {
      throw new Error(`cannot read net/dev: unexpected line ${JSON.stringify(line)}`);
    }
    if (isWanted(device)) devices.push({ device, counts: words.map((word) => parseCount(word, `net/dev of ${device}`)) });
  }
  return devices;
}
