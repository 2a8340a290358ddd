import { call, type MatrixSeries, type QueryResult } from "../api.ts";
import { el } from "../dom.ts";
import { SHORTEST_RANGE_S, graphRange } from "../graph.ts";
import { type QueryState, formatState, readState } from "../query-state.ts";
import { createQueryForm } from "./query-form.ts";
import { createQueryOutput } from "./query-output.ts";

/** The page to type a query and see its table and graph. Its state stands in the address, under the names upstream uses. */
export function queryPage(): HTMLElement {
  let state = readState(location.search);
  let running = new AbortController();
  const form = createQueryForm(state, update);
  const output = createQueryOutput();

  function update(change: Partial<QueryState>): void {
    state = { ...state, ...change };
    history.replaceState(null, "", `${location.pathname}?${formatState(state)}`);
    form.show(state);
    void evaluate();
  }

  async function evaluate(): Promise<void> {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    if (state.expr.trim() === "") return output.showHint();
    output.showWaiting();
    try {
      if (state.tab === "graph") await evaluateGraph(signal);
      else output.showTable(await call<QueryResult>("query", { query: state.expr }, signal));
    } catch (error) {
      if (!signal.aborted) output.showError(error);
    }
  }

  async function evaluateGraph(signal: AbortSignal): Promise<void> {
    const { startS, endS, stepS } = graphRange(state.rangeS, state.endS ?? Date.now() / 1000);
    const params = { query: state.expr, start: String(startS), end: String(endS), step: String(stepS) };
    const answer = await call<{ result: readonly MatrixSeries[] }>("query_range", params, signal);
    output.showGraph(answer, stepS, (fromS, toS) =>
      update({ endS: Math.ceil(toS), rangeS: Math.max(SHORTEST_RANGE_S, Math.round(toS - fromS)) }),
    );
  }

  form.show(state);
  void evaluate();
  const bar = el("div", { class: "bar" }, form.tabs, form.controls, ...metricExplorer(form.insert), output.summary);
  return el("article", { class: "card" }, form.form, bar, output.element);
}

/** An input that completes the names of metrics. */
function metricExplorer(insert: (name: string) => void): HTMLElement[] {
  const names = el("datalist", { id: "metric-names" });
  const explorer = el("input", { list: "metric-names", placeholder: "Insert a metric …", "aria-label": "Insert a metric" });
  explorer.addEventListener("change", () => {
    insert(explorer.value);
    explorer.value = "";
  });
  void call<string[]>("label/__name__/values").then(
    ({ data }) => names.append(...data.map((name) => el("option", { value: name }))),
    (error: unknown) => explorer.setAttribute("title", `The names can't be listed: ${String(error)}`),
  );
  return [explorer, names];
}
