import { readdirSync, readFileSync } from "node:fs";
import { hasErrorCode } from "@ferula/files";
import { localZone } from "@ferula/go-template";
import type { Paths } from "../paths.ts";
import { splitFields } from "../proc/fields.ts";
import { add, gauge, gaugeOf, type ScalarDraft } from "../scalar-family.ts";
import { defineCollector, type CollectorDefinition } from "./collector.ts";

/** The clock, its zone and what the kernel takes the time from. */
export const timeCollector: CollectorDefinition = defineCollector({
  name: "time",
  isEnabledByDefault: true,
  flags: {},
  create: ({ paths }) => {
    const zoneOffset = createZoneOffset();
    return {
      *collect() {
        const nowMs = Date.now();
        yield gaugeOf("node_time_seconds", "System time in seconds since epoch (1970).", nowMs / 1000);
        yield zoneOffset(nowMs);
        yield* clocksourceFamilies(paths);
      },
    };
  },
});

/** Asking for a zone's letters is dear; they change only with its offset. */
function createZoneOffset(): (nowMs: number) => ScalarDraft {
  const zone = localZone();
  let offsetMinutes: number | undefined;
  let family: ScalarDraft;
  return (nowMs) => {
    const currentMinutes = new Date(nowMs).getTimezoneOffset();
    if (currentMinutes !== offsetMinutes) {
      offsetMinutes = currentMinutes;
      const { offsetSeconds, abbreviation } = zone.at(nowMs);
      family = gauge("node_time_zone_offset_seconds", "System time zone offset in seconds.");
      add(family, offsetSeconds, ["time_zone", abbreviation]);
    }
    return family;
  };
}

const CLOCKSOURCE = "clocksource";

function clocksourceFamilies(paths: Paths): ScalarDraft[] {
  const available = gauge("node_time_clocksource_available_info", "Available clocksources read from '/sys/devices/system/clocksource'.");
  const current = gauge("node_time_clocksource_current_info", "Current clocksource read from '/sys/devices/system/clocksource'.");
  const folder = paths.sys("devices", "system", CLOCKSOURCE);
  for (const name of readFolder(folder)) {
    if (!name.startsWith(CLOCKSOURCE)) continue;
    const device = name.slice(CLOCKSOURCE.length);
    for (const source of splitFields(readFileSync(`${folder}/${name}/available_clocksource`, "utf8").trimEnd())) {
      add(available, 1, ["clocksource", source, "device", device]);
    }
    add(current, 1, ["clocksource", readFileSync(`${folder}/${name}/current_clocksource`, "utf8").trimEnd(), "device", device]);
  }
  return [available, current];
}

/** Without the folder (in some sandboxes) the time itself is still worth telling. */
function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasErrorCode(error, "ENOENT")) return [];
    throw error;
  }
}
