import { expect, expectEqual, type Check } from "../../harness.ts";
import { withServed } from "./served.ts";

/** What the Grafana data source asks, in its order: by GET, or by POST where it sends a form. */
interface Call {
  readonly what: string;
  readonly path: string;
  readonly form?: Readonly<Record<string, string>>;
  /** Throws where the `data` of the answer is not what Grafana needs. */
  readonly holds: (data: any, text: string) => void;
}

const nowSeconds = (): number => Date.now() / 1000;
const recent = (): Record<string, string> => ({ start: String(nowSeconds() - 60), end: String(nowSeconds()) });

/** The text, in which `resultType` must stand before `result`: Grafana reads as it comes. */
function typeFirst(text: string, type: string): void {
  const at = [text.indexOf('"resultType"'), text.indexOf('"result"')];
  expect(at[0] >= 0 && at[0] < at[1], `resultType does not come first: ${text.slice(0, 200)}`);
  expect(text.includes(`"resultType":"${type}"`), `no ${type}: ${text.slice(0, 200)}`);
}

const calls = (): readonly Call[] => [
  {
    what: "the health check, at the beginning of 1970",
    path: "query",
    form: { query: "1+1", time: "4" },
    holds(data, text) {
      typeFirst(text, "scalar");
      expectEqual(data.result, [4, "2"], "1+1");
    },
  },
  {
    what: "the build, which tells no features: with them Grafana takes the server for a Mimir",
    path: "status/buildinfo",
    holds: (data) => expect(typeof data.version === "string" && data.features === undefined, JSON.stringify(data)),
  },
  {
    what: "labels of all series",
    path: `labels?${new URLSearchParams({ "match[]": '{__name__!=""}', limit: "40000", ...recent() })}`,
    holds: (data: string[]) => expect(data.includes("__name__") && data.includes("job"), String(data)),
  },
  {
    what: "labels by POST",
    path: "labels",
    form: { "match[]": "up", ...recent() },
    holds: (data) => expectEqual(data, ["__name__", "instance", "job"], "labels of up"),
  },
  {
    what: "values of an escaped name",
    path: `label/U__job/values?${new URLSearchParams({ "match[]": "up", limit: "40000" })}`,
    holds: (data) => expectEqual(data, ["self"], "jobs"),
  },
  {
    what: "values of a label",
    path: `label/job/values?${new URLSearchParams({ "match[]": '{__name__!=""}', limit: "40000" })}`,
    holds: (data: string[]) => expect(data.includes("self"), String(data)),
  },
  {
    what: "series by POST",
    path: "series",
    form: { "match[]": "up", limit: "40000", ...recent() },
    holds: (data) => expectEqual([data.length, data[0].job], [1, "self"], "series"),
  },
  {
    what: "metadata",
    path: "metadata",
    holds: (data) => expectEqual(data.prometheus_build_info?.[0]?.type, "gauge", "the type of prometheus_build_info"),
  },
  {
    what: "the probe for exemplars, with times in milliseconds",
    path: `query_exemplars?${new URLSearchParams({ query: "test", start: String(Date.now() - 60_000), end: String(Date.now()) })}`,
    holds: (data) => expectEqual(data, [], "exemplars"),
  },
  {
    what: "rules, of which it makes a map of what is recorded",
    path: "rules",
    holds: ({ groups }) => expectEqual([groups[0].rules[0].type, groups[0].rules[0].name], ["recording", "answer"], "the rule"),
  },
  { what: "alerts", path: "alerts", holds: ({ alerts }) => expectEqual(alerts[0].labels.alertname, "On", "the alert") },
  {
    what: "a range by POST, with times and a step in fractions of a second",
    path: "query_range",
    form: { query: "answer", ...recent(), step: "0.5", timeout: "30s" },
    holds(data, text) {
      typeFirst(text, "matrix");
      expect(
        data.result[0].values.every(([, value]: [number, string]) => value === "42"),
        text.slice(0, 300),
      );
    },
  },
  {
    what: "a range in which there is nothing",
    path: "query_range",
    form: { query: "nothing", ...recent(), step: "15" },
    holds(data, text) {
      typeFirst(text, "matrix");
      expectEqual(data.result, [], "the result");
    },
  },
  {
    what: "an instant in which there is nothing",
    path: `query?${new URLSearchParams({ query: "nothing" })}`,
    holds(data, text) {
      typeFirst(text, "vector");
      expectEqual(data.result, [], "the result");
    },
  },
];

/** The calls of Grafana's data source for Prometheus. */
export const grafanaChecks: readonly Check[] = [
  {
    name: "the Grafana data source's calls, odd probes among them",
    run: () =>
      withServed(async ({ url }) => {
        for (const { what, path, form, holds } of calls()) {
          const init = form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) };
          const response = await fetch(`${url}/api/v1/${path}`, init);
          const text = await response.text();
          expect(response.status === 200, `${what}: ${response.status}: ${text}`);
          const { status, data } = JSON.parse(text) as { status: string; data: unknown };
          expectEqual(status, "success", what);
          holds(data, text);
        }
      }),
  },
  {
    name: "a mistake in a query is told as Grafana reads it",
    run: () =>
      withServed(async ({ url }) => {
        const response = await fetch(`${url}/api/v1/query_range`, {
          method: "POST",
          body: new URLSearchParams({ query: "sum(", start: "1", end: "2", step: "1" }),
        });
        const { status, errorType } = (await response.json()) as Record<string, string>;
        expectEqual([response.status, status, errorType], [400, "error", "bad_data"], "the answer");
      }),
  },
];
