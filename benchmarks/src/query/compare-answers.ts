/** How two answers to one query differ. */
export interface AnswerDifference {
  readonly values: number;
  /** Of them not the same to the last bit. */
  readonly unequal: number;
  /** The greatest difference of two values, relative to their size. */
  readonly mostRelative: number;
}

/**
 * Where only the order of additions is another, as of the sums of version 3 and those of version 2 of Prometheus, values agree to so much of
 * their size.
 */
const ROUNDING = 1e-9;

type Point = readonly [number, string];

interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: Point;
  readonly values?: readonly Point[];
}

/** Compares two bodies series by series. Fails when they have other series or times, or values that differ by more than rounding. */
export function compareAnswers(ours: Buffer, peers: Buffer): AnswerDifference {
  const [own, others] = [pointsOf(ours), pointsOf(peers)];
  if (own.length !== others.length) throw new Error(`answers of ${own.length} and of ${others.length} points`);
  let unequal = 0;
  let mostRelative = 0;
  for (const [i, { at, value }] of own.entries()) {
    const other = others[i];
    if (at !== other.at) throw new Error(`a point ${at}, in the other answer ${other.at}`);
    if (value === other.value) continue;
    unequal++;
    const relative = Math.abs(Number(value) - Number(other.value)) / Math.max(Math.abs(Number(value)), Math.abs(Number(other.value)));
    if (!(relative <= ROUNDING)) throw new Error(`${at} is ${value}, in the other answer ${other.value}`);
    mostRelative = Math.max(mostRelative, relative);
  }
  return { values: own.length, unequal, mostRelative };
}

interface NamedPoint {
  /** The series and the time. */
  readonly at: string;
  readonly value: string;
}

function pointsOf(body: Buffer): readonly NamedPoint[] {
  const { data } = JSON.parse(body.toString()) as { readonly data: { readonly result: readonly Series[] } };
  const points: NamedPoint[] = [];
  for (const { metric, value, values = value === undefined ? [] : [value] } of data.result) {
    const labels = JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)));
    for (const [time, text] of values) points.push({ at: `${labels} at ${time}`, value: text });
  }
  return points.toSorted((a, b) => (a.at < b.at ? -1 : 1));
}
