import { errorText, type LogFields, type Logger } from "@ferula/logging";
import type { LogLine } from "./maintenance-protocol.ts";

/** A logger whose lines are written by another thread. */
export function relayLogger(post: (line: LogLine) => void, own: LogFields = {}): Logger {
  const at =
    (level: LogLine["level"]): Logger["info"] =>
    (message, fields) =>
      post({ level, message, fields: postable({ ...own, ...fields }) });
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => relayLogger(post, { ...own, ...fields }),
    isEnabled: () => true,
  };
}

/** Errors as their text: posted, they would lose what is in it. */
function postable(fields: LogFields): LogFields {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, name === "err" ? errorText(value) : value]));
}
