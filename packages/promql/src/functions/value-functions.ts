import { ln, log2 } from "@ferula/model";
import { utc, yearOf } from "./calendar.ts";
import { goMax, goMin } from "./float-math.ts";
import { acos, asin, atan } from "./go-math/arc.ts";
import { exp } from "./go-math/exp.ts";
import { acosh, asinh, atanh, cosh, sinh, tanh } from "./go-math/hyperbolic.ts";
import { log10 } from "./go-math/log.ts";
import { cos, sin, tan } from "./go-math/trig.ts";

/** A function of each value of a vector by itself; `first` and `second` are its scalar arguments at that step. */
export interface ValueMapping {
  /** What the scalar arguments are when they are left out. */
  readonly defaults: readonly number[];
  readonly evaluate: (value: number, first: number, second: number) => number;
  /** When given, steps at which it holds have no result. */
  readonly isEmpty?: (first: number, second: number) => boolean;
}

const DAY_MS = 86_400_000;

/** Functions that map each sample of a vector to one number and drop the name. */
export const valueMappings: ReadonlyMap<string, ValueMapping> = new Map<string, ValueMapping>([
  ["abs", plain(Math.abs)],
  ["ceil", plain(Math.ceil)],
  ["floor", plain(Math.floor)],
  ["exp", plain(exp)],
  ["ln", plain(ln)],
  ["log2", plain((value) => (value > 0 && value < Infinity ? log2(value) : Math.log2(value)))],
  ["log10", plain(log10)],
  ["sqrt", plain(Math.sqrt)],
  ["sgn", plain((value) => (value < 0 ? -1 : value > 0 ? 1 : value))],
  ["acos", plain(acos)],
  ["acosh", plain(acosh)],
  ["asin", plain(asin)],
  ["asinh", plain(asinh)],
  ["atan", plain(atan)],
  ["atanh", plain(atanh)],
  ["cos", plain(cos)],
  ["cosh", plain(cosh)],
  ["sin", plain(sin)],
  ["sinh", plain(sinh)],
  ["tan", plain(tan)],
  ["tanh", plain(tanh)],
  ["deg", plain((value) => (value * 180) / Math.PI)],
  ["rad", plain((value) => (value * Math.PI) / 180)],
  ["clamp", { defaults: [], evaluate: clamp, isEmpty: (least, greatest) => greatest < least }],
  ["clamp_min", { defaults: [], evaluate: (value, least) => clamp(value, least, Infinity) }],
  ["clamp_max", { defaults: [], evaluate: (value, greatest) => clamp(value, -Infinity, greatest) }],
  ["round", { defaults: [1], evaluate: round }],
]);

/**
 * Functions of a time in seconds since the epoch, in UTC. Without an argument they take the evaluation time.
 */
export const dateFunctions: ReadonlyMap<string, (seconds: number) => number> = new Map<string, (seconds: number) => number>([
  ["minute", (seconds) => utc(seconds).getUTCMinutes()],
  ["hour", (seconds) => utc(seconds).getUTCHours()],
  ["day_of_week", (seconds) => utc(seconds).getUTCDay()],
  ["day_of_month", (seconds) => utc(seconds).getUTCDate()],
  ["day_of_year", dayOfYear],
  ["days_in_month", daysInMonth],
  ["month", (seconds) => utc(seconds).getUTCMonth() + 1],
  ["year", yearOf],
]);

function plain(evaluate: (value: number) => number): ValueMapping {
  return { defaults: [], evaluate };
}

function clamp(value: number, least: number, greatest: number): number {
  return goMax(least, goMin(greatest, value));
}

/** To the nearest multiple of `toNearest`, ties upwards; the inverse keeps more digits right (promql/functions.go `funcRound`). */
function round(value: number, toNearest: number): number {
  const inverse = 1 / toNearest;
  return Math.floor(value * inverse + 0.5) / inverse;
}

function dayOfYear(seconds: number): number {
  const date = utc(seconds);
  return Math.floor((date.getTime() - firstOf(date, 0).getTime()) / DAY_MS) + 1;
}

function daysInMonth(seconds: number): number {
  const date = utc(seconds);
  const month = date.getUTCMonth();
  return Math.round((firstOf(date, month + 1).getTime() - firstOf(date, month).getTime()) / DAY_MS);
}

/** Midnight of the first day of a month of the date's year. */
function firstOf(date: Date, month: number): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), month, 1));
}
