import { type Meter, unmetered } from "./meter.ts";

/** A time zone: what it is called and what a clock in it shows at an instant. */
export interface Zone {
  /** The location's name: `UTC`, `Local`, an IANA name, or "" for a bare offset. */
  readonly name: string;
  readonly at: (epochMs: number) => ZoneMoment;
}

/** A zone's state at one instant. */
export interface ZoneMoment {
  /** Seconds east of Greenwich. */
  readonly offsetSeconds: number;
  /** Such as `CET`; "" when the zone has only an offset. */
  readonly abbreviation: string;
}

/** Coordinated universal time. */
export const utcZone: Zone = fixedZone("UTC", 0, "UTC");

/** A zone of constant offset. */
export function fixedZone(name: string, offsetSeconds: number, abbreviation: string): Zone {
  const moment = { offsetSeconds, abbreviation };
  return { name, at: () => moment };
}

/** The zone of the process. */
export function localZone(): Zone {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return name === "UTC" ? fixedZone("Local", 0, "UTC") : { ...ianaZone(name), name: "Local" };
}

/** Steps that it is worth to find a zone that was not used lately. */
const STEPS_OF_ZONE = 1000;

/** Zones that were used lately, by name. A template may spell a name in many ways, so that there is an end to it. */
const knownZones = new Map<string, Zone>();
const MAX_KNOWN_ZONES = 1000;

/** The zone of an IANA name; "" and "UTC" are UTC. Throws RangeError for an unknown one. */
export function ianaZone(name: string, meter: Meter = unmetered): Zone {
  if (name === "" || name === "UTC") return utcZone;
  const known = knownZones.get(name);
  if (known !== undefined) return known;
  meter.spend(STEPS_OF_ZONE);
  const zone = findZone(name);
  if (knownZones.size >= MAX_KNOWN_ZONES) knownZones.clear();
  knownZones.set(name, zone);
  return zone;
}

function findZone(name: string): Zone {
  let clock: Intl.DateTimeFormat;
  try {
    clock = clockFormat(name);
  } catch (error) {
    throw new RangeError(`unknown time zone ${name}`, { cause: error });
  }
  const abbreviationAt = abbreviations(name);
  let last: { readonly epochMs: number; readonly moment: ZoneMoment } | undefined;
  return {
    name,
    at: (epochMs) => {
      if (last?.epochMs === epochMs) return last.moment;
      const offsetSeconds = offsetAt(clock, epochMs);
      const moment = { offsetSeconds, abbreviation: abbreviationAt(epochMs, offsetSeconds) };
      last = { epochMs, moment };
      return moment;
    },
  };
}

/** Locales that name zones of their own parts of the world by letters; others say `GMT+1`. */
const abbreviatingLocales: readonly string[] = ["en-US", "en-GB", "en-AU", "en-NZ", "en-IN", "en-ZA"];

/** Letters of the time zone database that no locale gives. */
const knownAbbreviations: Readonly<Record<string, string>> = {
  "Asia/Tokyo": "JST",
  "Asia/Seoul": "KST",
  "Asia/Shanghai": "CST",
  "Asia/Taipei": "CST",
  "Asia/Hong_Kong": "HKT",
  "Asia/Karachi": "PKT",
  "Asia/Jakarta": "WIB",
  "Asia/Manila": "PST",
  "Europe/Moscow": "MSK",
  "Africa/Lagos": "WAT",
  "Africa/Nairobi": "EAT",
};

function clockFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat("en-US", {
    timeZone,
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
}

function offsetAt(clock: Intl.DateTimeFormat, epochMs: number): number {
  const wholeSeconds = Math.floor(epochMs / 1000);
  const parts: Record<string, string> = {};
  for (const { type, value } of clock.formatToParts(wholeSeconds * 1000)) parts[type] = value;
  const year = parts.era.startsWith("B") ? 1 - Number(parts.year) : Number(parts.year);
  const wall = new Date(0);
  wall.setUTCFullYear(year, Number(parts.month) - 1, Number(parts.day));
  wall.setUTCHours(Number(parts.hour), Number(parts.minute), Number(parts.second));
  return wall.getTime() / 1000 - wholeSeconds;
}

/** What the zone is called at a moment, given its offset then. */
function abbreviations(timeZone: string): (epochMs: number, offsetSeconds: number) => string {
  /** Formats cost much to make, and the first locale knows most zones. */
  const formats: Intl.DateTimeFormat[] = [];
  return (epochMs, offsetSeconds) => {
    for (const [i, locale] of abbreviatingLocales.entries()) {
      formats[i] ??= new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: "short" });
      const name = formats[i].formatToParts(epochMs).find((part) => part.type === "timeZoneName")?.value ?? "";
      if (/^[A-Z]{3,5}$/.test(name) && (name !== "GMT" || offsetSeconds === 0)) return name;
    }
    return knownAbbreviations[timeZone] ?? numericAbbreviation(offsetSeconds);
  };
}

/** The time zone database names zones without letters `+03` or `-0330`. */
function numericAbbreviation(offsetSeconds: number): string {
  const minutes = Math.floor(Math.abs(offsetSeconds) / 60);
  const text = String(Math.floor(minutes / 60)).padStart(2, "0") + (minutes % 60 === 0 ? "" : String(minutes % 60).padStart(2, "0"));
  return (offsetSeconds < 0 ? "-" : "+") + text;
}
