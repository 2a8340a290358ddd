import { GoFloat, goFunction, type TypeSpec, Typed } from "./values.ts";

const SECOND = 1_000_000_000n;
const MINUTE = 60n * SECOND;
const HOUR = 60n * MINUTE;

/** A `time.Duration`: a count of nanoseconds that prints as `1m30s`. */
export class GoDuration extends Typed {
  readonly nanoseconds: bigint;
  constructor(nanoseconds: bigint) {
    super();
    this.nanoseconds = BigInt.asIntN(64, nanoseconds);
  }
  goType(): TypeSpec<never> {
    return durationSpec as TypeSpec<never>;
  }
}

/** The duration of `milliseconds`, which may have a fraction. */
export function durationOfMs(milliseconds: number): GoDuration {
  const whole = Math.trunc(milliseconds);
  return new GoDuration(BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6)));
}

/** A duration as Go prints it: `1h0m0s`, `1.5s`, `20ms`, `1µs`, `0s`. */
export function formatDurationNs(nanoseconds: bigint): string {
  if (nanoseconds === 0n) return "0s";
  const sign = nanoseconds < 0n ? "-" : "";
  const ns = nanoseconds < 0n ? -nanoseconds : nanoseconds;
  if (ns < 1_000n) return `${sign}${ns}ns`;
  if (ns < 1_000_000n) return `${sign}${decimal(ns, 1_000n)}µs`;
  if (ns < SECOND) return `${sign}${decimal(ns, 1_000_000n)}ms`;
  const hours = ns / HOUR;
  const minutes = (ns % HOUR) / MINUTE;
  const seconds = `${decimal(ns % MINUTE, SECOND)}s`;
  if (hours > 0n) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0n ? `${sign}${minutes}m${seconds}` : sign + seconds;
}

/** `ns / unit` with as many decimals as it needs. */
function decimal(ns: bigint, unit: bigint): string {
  const digits = String(unit).length - 1;
  const fraction = String(ns % unit)
    .padStart(digits, "0")
    .replace(/0+$/, "");
  return fraction === "" ? String(ns / unit) : `${ns / unit}.${fraction}`;
}

const durationSpec: TypeSpec<GoDuration> = {
  type: "time.Duration",
  underlying: (self) => self.nanoseconds,
  text: (self) => formatDurationNs(self.nanoseconds),
  methods: {
    Nanoseconds: goFunction({ params: [], call: (self: GoDuration) => self.nanoseconds }),
    Microseconds: goFunction({ params: [], call: (self: GoDuration) => self.nanoseconds / 1_000n }),
    Milliseconds: goFunction({ params: [], call: (self: GoDuration) => self.nanoseconds / 1_000_000n }),
    Seconds: goFunction({ params: [], call: (self: GoDuration) => inUnits(self, SECOND) }),
    Minutes: goFunction({ params: [], call: (self: GoDuration) => inUnits(self, MINUTE) }),
    Hours: goFunction({ params: [], call: (self: GoDuration) => inUnits(self, HOUR) }),
    String: goFunction({ params: [], call: (self: GoDuration) => formatDurationNs(self.nanoseconds) }),
    Abs: goFunction({ params: [], call: (self: GoDuration) => (self.nanoseconds < 0n ? new GoDuration(-self.nanoseconds) : self) }),
    Truncate: goFunction({
      params: ["time.Duration"],
      call: (self: GoDuration, unit: GoDuration) =>
        unit.nanoseconds <= 0n ? self : new GoDuration(self.nanoseconds - (self.nanoseconds % unit.nanoseconds)),
    }),
    Round: goFunction({ params: ["time.Duration"], call: roundDuration }),
  },
};

/** Whole units and the fraction are added as floats, as Go does, so that the last bit agrees. */
function inUnits(duration: GoDuration, unit: bigint): GoFloat {
  return new GoFloat(Number(duration.nanoseconds / unit) + Number(duration.nanoseconds % unit) / Number(unit));
}

/** Rounds to a multiple of `unit`, halves away from zero. */
function roundDuration(self: GoDuration, unit: GoDuration): GoDuration {
  const step = unit.nanoseconds;
  if (step <= 0n) return self;
  const magnitude = self.nanoseconds < 0n ? -self.nanoseconds : self.nanoseconds;
  const rest = magnitude % step;
  const rounded = rest + rest < step ? magnitude - rest : magnitude - rest + step;
  return new GoDuration(self.nanoseconds < 0n ? -rounded : rounded);
}
