export { createLogger, noLogger, type Logger, type LogFields, type LoggerOptions, type LogValue } from "./logger.ts";
export { LOG_LEVELS, type LogLevel } from "./level.ts";
export { LOG_FORMATS, type LogFormat } from "./format.ts";
export { errorText } from "./error-text.ts";
