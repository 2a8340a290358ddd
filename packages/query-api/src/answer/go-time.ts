import { formatRfc3339 } from "@ferula/durations";

/** A time as Go prints it in JSON; 0, which stands for what has not happened yet, is Go's zero time. */
export function goTime(timeMs: number): string {
  return timeMs === 0 ? "0001-01-01T00:00:00Z" : formatRfc3339(timeMs);
}
