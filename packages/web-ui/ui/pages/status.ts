import { call } from "../api.ts";
import { el, table } from "../dom.ts";

interface TsdbStatus {
  readonly headStats: Readonly<Record<string, number>>;
  readonly seriesCountByMetricName: readonly { readonly name: string; readonly value: number }[];
}

/** What runs here, since when, with which flags and which configuration, and how much it holds. */
export async function statusPage(): Promise<HTMLElement> {
  const [runtime, build, flags, config, tsdb] = await Promise.all([
    call<Record<string, unknown>>("status/runtimeinfo"),
    call<Record<string, unknown>>("status/buildinfo"),
    call<Record<string, string>>("status/flags"),
    call<{ yaml: string }>("status/config"),
    call<TsdbStatus>("status/tsdb"),
  ]);
  return el(
    "div",
    {},
    facts("Runtime", runtime.data),
    facts("Build", build.data),
    facts("Head", tsdb.data.headStats),
    facts("Series by metric", Object.fromEntries(tsdb.data.seriesCountByMetricName.map(({ name, value }) => [name, value]))),
    facts("Flags", flags.data),
    el("article", { class: "card" }, el("h2", {}, "Configuration"), el("pre", {}, config.data.yaml)),
  );
}

function facts(title: string, data: Readonly<Record<string, unknown>>): HTMLElement {
  return el(
    "article",
    { class: "card" },
    el("h2", {}, title),
    table(
      ["Name", "Value"],
      Object.entries(data).map(([name, value]) => [name, String(value)]),
      "facts",
    ),
  );
}
