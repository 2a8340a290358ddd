export { parseDuration, parseSignedDuration, formatDuration } from "./prometheus-duration.ts";
export { parseGoDuration, formatGoDuration, type GoDurationOptions } from "./go-duration.ts";
export { systemClock, type Clock } from "./clock.ts";
export { parseRfc3339, formatRfc3339, formatRfc3339Ms } from "./rfc3339.ts";
export { goQuote, goQuoteBytes } from "./go-quote.ts";
export { parseGoFloat, type GoFloatError } from "./parse-go-float.ts";
export { formatGoFloat, formatGoFloatE, formatGoFloatF } from "./format-go-float.ts";
