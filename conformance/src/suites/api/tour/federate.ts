import { type Call, get } from "../call.ts";

const untimed = { compares: "untimed" } as const;
const status = { compares: "status" } as const;

const PROTOBUF = "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=";

/** What servers and people ask for, by the Accept header; text is the last resort. */
const ACCEPTED: readonly string[] = [
  "text/plain;version=0.0.4",
  "*/*",
  "application/openmetrics-text;version=1.0.0",
  ...["allow-utf-8", "underscores", "dots", "values", "nope"].map((scheme) => `text/plain;version=0.0.4;escaping=${scheme}`),
  ...["delimited", "text", "compact-text"].map((encoding) => PROTOBUF + encoding),
  `${PROTOBUF}delimited;q=0.2,text/plain;q=0.8`,
  "text/html",
];

/**
 * `/federate`. What servers scrape of each of their own has other values and another time; series whose values are known are compared, the
 * rest by status and headers. The written series are too old for the lookback.
 */
export function federateCalls(): readonly Call[] {
  const good = 'build_info{job="good"}';
  return [
    get("/federate"),
    get("/federate", { "match[]": "{" }),
    get("/federate", { "match[]": "" }),
    get("/federate", { "match[]": "sum(up)" }),
    get("/federate", { "match[]": "up[5m]" }),
    get("/federate", { "match[]": "up offset 5m" }),
    get("/federate", { "match[]": "1" }),
    get("/federate", { "match[]": ['up{job="good"}', "{"] }),
    get("/federate", { "match[]": "nowhere" }),
    get("/federate", { match: "up" }),
    get("/federate", { "match[]": "written" }),
    get("/federate", { "match[]": "up", time: "1" }, untimed),
    get("/federate", { "match[]": good }, untimed),
    get("/federate", { "match[]": ['up{job="good"}', '{__name__=~"job:.*"}'] }, untimed),
    get("/federate", { "match[]": ['{__name__=~".+"}', "up"] }, status),
    get("/federate", { "match[]": "{}" }, status),
    get("/federate", { "match[]": '{job=""}' }, status),
    get("/federate", { "match[]": '{job=~".*"}' }, status),
    get("/federate", { "match[]": '{"http.requests"}' }, { since: 3 }),
    get("/federate?match[]=%zz"),
    get("/federate?match[]=nowhere;x=1"),
    get("/federate", { "match[]": ["state", "odd", '{__name__=~"latency.*|sizes.*|temperature.*"}', "requests_total"] }, untimed),
    ...ACCEPTED.map((accept) =>
      // Both forms of messages hold the time in bytes or blanks of their own.
      get("/federate", { "match[]": good }, { ...(accept.startsWith(PROTOBUF) ? status : untimed), headers: { accept } }),
    ),
    ...["gzip", "deflate", "br", "identity"].map((coding) =>
      get("/federate", { "match[]": '{__name__=~".+"}' }, { ...status, headers: { "accept-encoding": coding } }),
    ),
    get("/federate", { "match[]": "nowhere" }, { headers: { origin: "https://sub.example.com" } }),
    ...["POST", "PUT", "HEAD", "OPTIONS"].map((method): Call => ({ method, path: "/federate" })),
    get("/federate/", { "match[]": "nowhere" }),
    get("/federate/x", {}, status),
  ];
}
