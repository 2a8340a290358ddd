import type { KnownProblem } from "./document-check.ts";

/** Operations of upstream's document that a tour does not get an answer of, and why. */
export const unanswered: Readonly<Record<string, string>> = {
  "POST /otlp/v1/metrics": "the receiver of OTLP is not there yet",
  "POST /read": "the suite remote-read asks it",
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
