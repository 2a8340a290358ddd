import type { KnownProblem } from "./document-check.ts";

/** Operations of upstream's document that a tour does not get an answer of, and why. */
export const unanswered: Readonly<Record<string, string>> = {
  "POST /read": "remote read is not there yet",
  "POST /otlp/v1/metrics": "the receiver of OTLP is not there yet",
  ...Object.fromEntries(
    ["metric_names", "label_names", "label_values"].flatMap((name) =>
      ["GET", "POST"].map((method) => [`${method} /search/${name}`, "the search API is not there yet: 500 says that it is off"] as const),
    ),
  ),
  "POST /write": "the samples of the tour came by it",
  "GET /notifications/live": "its stream has no end: its beginning is looked at apart",
};

/** What upstream's document says that upstream's server does not do either. */
export const misdescribed: readonly KnownProblem[] = [
  {
    operation: /^(?:GET|POST) \/query$/,
    problem: /^data\/data\/resultType must be equal to one of the allowed values/,
    reason: "a query's result may be a string, too",
  },
  {
    operation: /^GET \/targets$/,
    problem: /^data\/data\/droppedTargetCounts must be object$/,
    reason: "the counts of dropped targets are null where these are not asked for",
  },
];
