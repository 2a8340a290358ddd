const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ["y", 31_536_000],
  ["w", 604_800],
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/** Seconds of a duration such as `1h30m` or of a plain number; undefined when it is neither. */
export function parseSeconds(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const match = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (text === "" || match === null) return undefined;
  return UNITS.reduce((sum, [, seconds], i) => sum + seconds * Number(match[i + 1] ?? 0), 0);
}

/** Whole seconds as a duration such as `1h30m`. */
export function formatSeconds(seconds: number): string {
  let rest = Math.round(seconds);
  let text = "";
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${name}`;
    rest -= count * size;
  }
  return text || "0s";
}

/** How long ago something was, roughly; `nowMs` is the present. */
export function ago(iso: string | undefined, nowMs: number = Date.now()): string {
  const seconds = (nowMs - Date.parse(iso ?? "")) / 1000;
  // Go's zero time stands for never.
  if (!Number.isFinite(seconds) || seconds > 1e9) return "never";
  return seconds < 1 ? "now" : `${formatSeconds(seconds)} ago`;
}
