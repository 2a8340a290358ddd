import { both, type Call, get } from "../call.ts";
import type { Times } from "./times.ts";

const ODD_SELECTORS: readonly string[] = [
  "",
  "{}",
  '{job=""}',
  '{job=~".*"}',
  "written{",
  "sum(written)",
  "written[1m]",
  '{job!="a"}',
  '{job!~".+"}',
  'written{job=~"("}',
  "nowhere",
];

const ODD_LIMITS: readonly string[] = ["x", "-1", "0", "1", "2.5", "99999999999999999999"];

/** `series`, `labels` and `label/:name/values`, of the written series alone: whole answers are compared. */
export function listCalls({ range, to }: Times): readonly Call[] {
  const written = { ...range, "match[]": '{__name__=~"written.*",__name__!~"written_long"}' };
  return [
    ...both("series", written),
    ...both("labels", written),
    get("label/job/values", written),
    get("label/__name__/values", written),
    get("label/text/values", written),
    get("label/nowhere/values", written),
    ...["series", "labels", "label/job/values"].flatMap((path) => [
      ...ODD_SELECTORS.map((selector) => get(path, { ...range, "match[]": selector })),
      ...ODD_LIMITS.map((limit) => get(path, { ...written, limit })),
      get(path, { ...range, "match[]": ["written", "written_total", "written"] }),
      get(path, { ...range, "match[]": ['written{job="a"}', 'written{instance="one"}'], limit: 2 }),
      get(path, { ...range, "match[]": ["written", "{}"] }),
      get(path, { "match[]": "written", start: "x" }),
      get(path, { "match[]": "written", end: "NaN" }),
      get(path, { "match[]": "written", start: to + 7200, end: to + 7300 }),
      get(path, { "match[]": "written", start: to, end: to - 100 }),
      get(path, { "match[]": "written", start: "-292273086-05-16T16:47:06Z", end: "292277025-08-18T07:12:54.999999999Z" }),
      get(path, { "match[]": "written", start: -1e12, end: 1e12 }),
    ]),
    get("series", range),
    get("series", { "match[]": "" }),
    get("series?match[]=%zz"),
    get("labels?match[]=%zz;a=b", {}, { compares: "status" }),
    get("series?match[]=written;x=1"),
    ...nameCalls(written),
  ];
}

/** Names in paths, escaped in each way there is. */
function nameCalls(written: Readonly<Record<string, string | number>>): readonly Call[] {
  const ofUtf8 = (name: string): Call => get(`label/${name}/values`, written, { since: 3 });
  return [
    ofUtf8("http.status"),
    ofUtf8("U__http_2e_status"),
    ofUtf8("U__s_f6_mething"),
    ofUtf8("s%C3%B6mething"),
    ofUtf8("U__job"),
    ofUtf8("U__bad_zz_"),
    ofUtf8("U__"),
    ofUtf8("U___5f_"),
    ofUtf8("a%20b"),
    ofUtf8("%ff"),
    ofUtf8("0abc"),
    get("label/%zz/values", {}, { compares: "status" }),
    get("label//values"),
    get("label/job"),
    get("label/job/values/"),
    get("label/a%2Fb/values", written),
    { method: "POST", path: "/api/v1/label/job/values" },
  ];
}
