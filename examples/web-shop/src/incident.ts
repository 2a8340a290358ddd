/** How a shop fails: for how long all is well, for how long it isn't, how often that repeats, and how bad it is. */
export interface Incident {
  /** Calm before the first outage, in milliseconds after the start. */
  readonly firstAfterMs: number;
  readonly outageMs: number;
  /** From the start of one outage to the start of the next. */
  readonly periodMs: number;
  /** The share of checkouts that fail when all is well, and at the worst of an outage. */
  readonly calmRatio: number;
  readonly worstRatio: number;
}

/** The first outage ends, and its alert is resolved, within two minutes of the start; then one comes every five minutes. */
export const demoIncident: Incident = {
  firstAfterMs: 15_000,
  outageMs: 45_000,
  periodMs: 300_000,
  calmRatio: 0.01,
  worstRatio: 0.5,
};

/** The share of ramp at both ends of an outage, in which the error ratio rises and falls. */
const RAMP = 0.15;

/** The share of checkouts, 0 to 1, that fail `elapsedMs` after the start. */
export function failureRatioAt(incident: Incident, elapsedMs: number): number {
  const sinceOutageMs = (elapsedMs - incident.firstAfterMs) % incident.periodMs;
  if (elapsedMs < incident.firstAfterMs || sinceOutageMs >= incident.outageMs) return incident.calmRatio;
  const progress = sinceOutageMs / incident.outageMs;
  const depth = Math.min(1, progress / RAMP, (1 - progress) / RAMP);
  return incident.calmRatio + depth * (incident.worstRatio - incident.calmRatio);
}
