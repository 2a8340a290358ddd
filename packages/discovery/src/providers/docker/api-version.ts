/** The newest version of the API that is spoken; newer engines speak it, too. */
export const MAX_API_VERSION = "1.55";

/** Engines that speak no newer one are not supported. */
const MIN_API_VERSION = "1.40";

/**
 * The version to speak with an engine that speaks `own`: the lower one of its and ours, ours when it tells none. Undefined where `own` makes
 * no sense or is too old; the engine's answer to a request will tell the user (moby/client `negotiateAPIVersion`).
 */
export function negotiatedVersion(own: string): string | undefined {
  if (own === "") return MAX_API_VERSION;
  if (!/^\d+\.\d+$/.test(own) || isBelow(own, MIN_API_VERSION)) return undefined;
  return isBelow(own, MAX_API_VERSION) ? own : MAX_API_VERSION;
}

function isBelow(a: string, b: string): boolean {
  const [majorA, minorA] = a.split(".").map(Number);
  const [majorB, minorB] = b.split(".").map(Number);
  return majorA === majorB ? minorA < minorB : majorA < majorB;
}
