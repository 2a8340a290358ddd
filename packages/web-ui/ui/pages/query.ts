import { call, ApiError, type MatrixSeries, type QueryResult } from "../api.ts";
import { drawChart } from "../chart.ts";
import { el, notice, table } from "../dom.ts";
import { seriesName } from "../series-name.ts";
import { formatSeconds, parseSeconds } from "../units.ts";

/** A graph has room for about this many points; upstream's "auto" resolution uses the same number. */
const POINTS = 250;

/** More lines than this only hide each other, and more rows than this slow the page down. */
const MAX_LINES = 200;
const MAX_ROWS = 2000;

interface State {
  expr: string;
  tab: "table" | "graph";
  /** Length of the graph in seconds, and its end in epoch seconds; no end is now. */
  rangeS: number;
  endS: number | undefined;
}

/** The page to type a query and see its table and graph. Its state stands in the address, under the names upstream uses. */
export function queryPage(): HTMLElement {
  const state = readAddress();
  const input = el("textarea", {
    rows: "1",
    spellcheck: "false",
    "aria-label": "Expression",
    placeholder: "Expression (press Enter to execute)",
  });
  input.value = state.expr;
  const execute = el("button", { class: "primary", type: "submit" }, "Execute");
  const names = el("datalist", { id: "metric-names" });
  const explorer = el("input", { list: "metric-names", placeholder: "Insert a metric …", "aria-label": "Insert a metric" });
  const tabs = (["table", "graph"] as const).map((tab) =>
    el("button", { type: "button", role: "tab", "data-tab": tab }, tab === "table" ? "Table" : "Graph"),
  );
  const range = el("input", { class: "short", "aria-label": "Range" });
  const end = el("input", { type: "datetime-local", step: "1", "aria-label": "End time" });
  const controls = el("span", { class: "controls" }, stepButton("−", 0.5), range, stepButton("+", 2), end);
  const summary = el("span", { class: "summary" });
  const output = el("section", { class: "output", "aria-live": "polite" });
  let running = new AbortController();
  let discardChart = (): void => undefined;

  function stepButton(text: string, factor: number): HTMLButtonElement {
    const button = el("button", { type: "button", title: factor < 1 ? "Shorter" : "Longer" }, text);
    button.addEventListener("click", () => update({ rangeS: Math.max(10, Math.round(state.rangeS * factor)) }));
    return button;
  }

  function update(change: Partial<State>): void {
    Object.assign(state, change);
    writeAddress(state);
    show();
    void evaluate();
  }

  function show(): void {
    range.value = formatSeconds(state.rangeS);
    end.value = state.endS === undefined ? "" : localInputText(state.endS);
    controls.hidden = state.tab !== "graph";
    for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset["tab"] === state.tab));
    input.rows = Math.max(1, input.value.split("\n").length);
  }

  async function evaluate(): Promise<void> {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    if (state.expr.trim() === "") return clear(el("p", { class: "hint" }, "Type an expression, for example ", el("code", {}, "up"), "."));
    summary.textContent = "…";
    try {
      await (state.tab === "graph" ? evaluateGraph(signal) : evaluateTable(signal));
    } catch (error) {
      if (signal.aborted) return;
      summary.textContent = "";
      clear(notice("error", error instanceof ApiError ? error.message : `The server can't be reached: ${String(error)}`));
    }
  }

  async function evaluateTable(signal: AbortSignal): Promise<void> {
    const { data, warnings, infos, tookMs } = await call<QueryResult>("query", { query: state.expr }, signal);
    const rows = tableRows(data);
    summary.textContent = `${Math.round(tookMs)} ms · ${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
    clear(
      ...notices(warnings, infos),
      rows.length === 0
        ? el("p", { class: "hint" }, "The result is empty.")
        : table(["Series", "Value"], rows.slice(0, MAX_ROWS), "results"),
      cut(rows.length, MAX_ROWS, "rows"),
    );
  }

  async function evaluateGraph(signal: AbortSignal): Promise<void> {
    const end = state.endS ?? Date.now() / 1000;
    const step = Math.max(1, Math.floor(state.rangeS / POINTS));
    // Steps at multiples of themselves, so that a graph does not flicker when it is drawn anew.
    const endAligned = Math.floor(end / step) * step;
    const params = {
      query: state.expr,
      start: String(endAligned - Math.ceil(state.rangeS / step) * step),
      end: String(endAligned),
      step: String(step),
    };
    const { data, warnings, infos, tookMs } = await call<{ result: MatrixSeries[] }>("query_range", params, signal);
    const series = data.result;
    summary.textContent = `${Math.round(tookMs)} ms · ${series.length} series · ${formatSeconds(step)} steps`;
    const host = el("div", { class: "chart" });
    clear(
      ...notices(warnings, infos),
      series.length === 0 ? el("p", { class: "hint" }, "The result is empty.") : host,
      cut(series.length, MAX_LINES, "series"),
    );
    if (series.length > 0) {
      discardChart = drawChart(host, series.slice(0, MAX_LINES), step, (fromS, toS) =>
        update({ endS: Math.ceil(toS), rangeS: Math.max(10, Math.round(toS - fromS)) }),
      );
    }
  }

  function clear(...children: readonly (Node | undefined)[]): void {
    discardChart();
    discardChart = () => undefined;
    output.replaceChildren(...children.filter((child) => child !== undefined));
  }

  const form = el("form", { class: "query" }, input, execute);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    update({ expr: input.value });
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    update({ expr: input.value });
  });
  input.addEventListener("input", () => show());
  explorer.addEventListener("change", () => {
    input.setRangeText(explorer.value, input.selectionStart, input.selectionEnd, "end");
    explorer.value = "";
    input.focus();
  });
  for (const tab of tabs) tab.addEventListener("click", () => update({ tab: tab.dataset["tab"] === "graph" ? "graph" : "table" }));
  range.addEventListener("change", () => update({ rangeS: parseSeconds(range.value) ?? state.rangeS }));
  end.addEventListener("change", () => update({ endS: end.value === "" ? undefined : Date.parse(end.value) / 1000 }));
  void call<string[]>("label/__name__/values").then(
    ({ data }) => names.append(...data.map((name) => el("option", { value: name }))),
    (error: unknown) => explorer.setAttribute("title", `The names can't be listed: ${String(error)}`),
  );

  show();
  void evaluate();
  return el(
    "article",
    { class: "card" },
    form,
    el("div", { class: "bar" }, el("span", { role: "tablist" }, ...tabs), controls, explorer, names, summary),
    output,
  );
}

function tableRows(data: QueryResult): (readonly string[])[] {
  switch (data.resultType) {
    case "vector":
      return data.result.map(({ metric, value }) => [seriesName(metric), value?.[1] ?? "(histogram)"]);
    case "matrix":
      return data.result.map(({ metric, values = [] }) => [
        seriesName(metric),
        values.map(([time, value]) => `${value} @${time}`).join("\n"),
      ]);
    case "scalar":
    case "string":
      return [[data.resultType, data.result[1]]];
  }
}

function notices(warnings: readonly string[], infos: readonly string[]): HTMLElement[] {
  return [...warnings.map((text) => notice("warning", text)), ...infos.map((text) => notice("info", text))];
}

function cut(count: number, shown: number, what: string): HTMLElement | undefined {
  return count > shown ? notice("info", `${shown} of ${count} ${what} are shown.`) : undefined;
}

function readAddress(): State {
  const params = new URLSearchParams(location.search);
  const tab = params.get("g0.tab");
  const end = Date.parse(`${(params.get("g0.end_input") ?? "").replace(" ", "T")}Z`) / 1000;
  return {
    expr: params.get("g0.expr") ?? "",
    tab: tab === "graph" || tab === "0" ? "graph" : "table",
    rangeS: parseSeconds(params.get("g0.range_input") ?? "") ?? 3600,
    endS: Number.isFinite(end) ? end : undefined,
  };
}

function writeAddress({ expr, tab, rangeS, endS }: State): void {
  const params = new URLSearchParams({ "g0.expr": expr, "g0.tab": tab, "g0.range_input": formatSeconds(rangeS) });
  if (endS !== undefined) params.set("g0.end_input", new Date(endS * 1000).toISOString().slice(0, 19).replace("T", " "));
  history.replaceState(null, "", `${location.pathname}?${params}`);
}

/** The local time that an input of type datetime-local shows. */
function localInputText(epochS: number): string {
  const local = new Date(epochS * 1000 - new Date(epochS * 1000).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
