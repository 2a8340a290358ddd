export { type Meter, unmetered } from "./meter.ts";
export { defaultLimits, type Limits } from "./budget.ts";
export { parseTemplates, type TemplateOptions, type TemplateSet } from "./template-set.ts";
export { TemplateError, type TemplateErrorKind } from "./errors.ts";
export { GoFloat, GoObject, Typed, anyMap, anySlice, defineType, goFloat, goFunction, goStruct, pointerTo, typeName } from "./values.ts";
export type { GoFunction, Kind, PlainFunction, TemplateFunction, TypeSpec } from "./values.ts";
export { SafeContent, safeCss, safeHtml, safeJs, safeUrl, type ContentKind } from "./safe-content.ts";
export { GoDuration, durationOfMs, formatDurationNs } from "./go-duration.ts";
export {
  STEPS_OF_CALENDAR,
  GoTime,
  calendarFields,
  formatTime,
  timeInZone,
  timeOfMs,
  timeOfNs,
  timeOfUnix,
  unixNanos,
  wallTime,
  zeroTime,
} from "./go-time.ts";
export { fixedZone, ianaZone, localZone, utcZone, type Zone, type ZoneMoment } from "./zones.ts";
export { formatLayout, type CalendarFields } from "./time-layout.ts";
export { formatFloat, type FloatVerb } from "./float-format.ts";
export { convertToFloat } from "./convert-to-float.ts";
export { titleCase, titleFunction, type RestOfWord } from "./title-case.ts";
export { regexpFunctions, type TextPattern } from "./regexp-functions.ts";
export { encodeJson } from "./json.ts";
export { sprint, sprintf, sprintln } from "./printf.ts";
