import { type Call, encode, get, type Params, post } from "../call.ts";
import { MILLION } from "../series.ts";
import type { Times } from "./times.ts";

/** Deeper than we read, and no deeper than upstream reads in a moment: its time grows with the square. */
const DEEP = 2000;

/** A GET of as many still fits into the header that Go reads. */
const MANY_SELECTORS = 2000;
/** Go reads no more parameters than these (net/url `ParseQuery`). */
const MOST_PARAMS = 9998;

function manySelectors(to: number, count: number = MANY_SELECTORS): Params {
  const selectors = Array.from({ length: count - 1 }, (_, i) => `written{x="${i}"}`);
  return { start: to - 600, end: to, "match[]": [...selectors, "written"] };
}

/** Requests that are large, deep or odd in their form. */
export function limitCalls({ to }: Times): readonly Call[] {
  const long = `"${"x".repeat(MILLION)}"`;
  const deep = "(".repeat(DEEP) + "1" + ")".repeat(DEEP);
  const multipart = (parts: readonly string[]): Partial<Call> => ({
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body: `${parts.map((part) => `--b\r\n${part}\r\n`).join("")}--b--\r\n`,
  });
  const field = (name: string, value: string | number): string => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
  return [
    post("query", { query: long, time: to }),
    get("query", { query: long, time: to }, { compares: "status" }),
    post("query", { query: deep, time: to }, { compares: "status" }),
    post("query", { query: "(".repeat(DEEP), time: to }, { compares: "status" }),
    post("query", { query: `${"-".repeat(DEEP)}1`, time: to }, { compares: "status" }),
    post("query", { query: Array.from({ length: DEEP }, () => "1").join("+"), time: to }),
    post("query", { query: "written_long", time: to }, { since: 3 }),
    post("query", { query: `written_long{text="${"x".repeat(MILLION)}"}`, time: to }, { since: 3 }),
    get("label/text/values", { "match[]": "written_long", start: to - 60, end: to }, { since: 3 }),
    post("query", {}, multipart([field("query", "1 + 1"), field("time", to)])),
    post("query", {}, multipart([field("query", "written"), field("time", to)])),
    post("query", {}, { ...multipart([]), body: "--b\r\nnonsense", compares: "status" }),
    post("query", {}, { headers: { "content-type": "multipart/form-data" }, body: "x", compares: "status" }),
    post("query", {}, { headers: { "content-type": "application/json" }, body: '{"query":"1"}' }),
    post("query", {}, { headers: { "content-type": "text/plain" }, body: encode({ query: "1", time: to }) }),
    post(`query?${encode({ time: to })}`, { query: "1" }),
    post(`query?${encode({ query: "2", time: to })}`, { query: "1" }),
    post("query", {}, { body: `query=%zz&time=${to}` }),
    post("query", {}, { body: `query=1;time=${to}`, compares: "status" }),
    post("query", {}, { body: `query=1&time=${to}&%zz` }),
    post(
      "query",
      {},
      { headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" }, body: encode({ query: '"ü"', time: to }) },
    ),
    ...["series", "labels", "label/job/values", "/federate"].map((path) => get(path, manySelectors(to), { since: 3 })),
    ...["series", "labels"].map((path) => post(path, manySelectors(to), { since: 3 })),
    post("series", manySelectors(to, MOST_PARAMS), { since: 3 }),
    ...["", "query", "=&&=;&query", `query=1&query=2&time=${to}`, `Query=1&time=${to}`, `query=1%00&time=${to}`].map((body) =>
      post("query", {}, { body, since: 3 }),
    ),
    get(`query?query=1&time=${to}&time=x`),
    get(`query?query=1+%2B+1&time=${to}`),
    get(`query?query=%22%ff%22&time=${to}`, {}, { compares: "status" }),
    get("query", { query: "written", time: to }, { headers: { "accept-encoding": "gzip" } }),
    get("query", { query: "written", time: to }, { headers: { "accept-encoding": "deflate" } }),
    get("query", { query: "written", time: to }, { headers: { "accept-encoding": "br, zstd" } }),
    get("query", { query: "written", time: to }, { headers: { accept: "text/html" } }),
  ];
}
