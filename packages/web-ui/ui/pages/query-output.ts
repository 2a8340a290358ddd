import { type Answer, ApiError, type MatrixSeries, type QueryResult } from "../api.ts";
import { drawChart } from "../chart.ts";
import { el, notice, table } from "../dom.ts";
import { seriesName } from "../series-name.ts";
import { formatSeconds } from "../units.ts";

/** More lines than this only hide each other, and more rows than this slow the page down. */
const MAX_LINES = 200;
const MAX_ROWS = 2000;

/** What a query gave, or why it gave nothing. */
export interface QueryOutput {
  readonly element: HTMLElement;
  /** How much there is and how long it took, in a line of its own. */
  readonly summary: HTMLElement;
  readonly showHint: () => void;
  readonly showWaiting: () => void;
  readonly showError: (error: unknown) => void;
  readonly showTable: (answer: Answer<QueryResult>) => void;
  readonly showGraph: (
    answer: Answer<{ result: readonly MatrixSeries[] }>,
    stepS: number,
    onZoom: (fromS: number, toS: number) => void,
  ) => void;
}

/** An empty output. */
export function createQueryOutput(): QueryOutput {
  const element = el("section", { class: "output", "aria-live": "polite" });
  const summary = el("span", { class: "summary" });
  let discardChart = (): void => undefined;

  function replace(...children: readonly (Node | undefined)[]): void {
    discardChart();
    discardChart = () => undefined;
    element.replaceChildren(...children.filter((child) => child !== undefined));
  }

  return {
    element,
    summary,
    showHint: () => replace(el("p", { class: "hint" }, "Type an expression, for example ", el("code", {}, "up"), ".")),
    showWaiting: () => {
      summary.textContent = "…";
    },
    showError: (error) => {
      summary.textContent = "";
      replace(notice("error", error instanceof ApiError ? error.message : `The server can't be reached: ${String(error)}`));
    },
    showTable: (answer) => {
      const rows = tableRows(answer.data);
      summary.textContent = `${Math.round(answer.tookMs)} ms · ${rows.length} ${rows.length === 1 ? "row" : "rows"}`;
      const results = rows.length === 0 ? emptyResult() : table(["Series", "Value"], rows.slice(0, MAX_ROWS), "results");
      replace(...notices(answer), results, cut(rows.length, MAX_ROWS, "rows"));
    },
    showGraph: (answer, stepS, onZoom) => {
      const series = answer.data.result;
      summary.textContent = `${Math.round(answer.tookMs)} ms · ${series.length} series · ${formatSeconds(stepS)} steps`;
      const host = el("div", { class: "chart" });
      replace(...notices(answer), series.length === 0 ? emptyResult() : host, cut(series.length, MAX_LINES, "series"));
      if (series.length > 0) discardChart = drawChart(host, series.slice(0, MAX_LINES), stepS, onZoom);
    },
  };
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

function emptyResult(): HTMLElement {
  return el("p", { class: "hint" }, "The result is empty.");
}

function notices({ warnings, infos }: Answer<unknown>): HTMLElement[] {
  return [...warnings.map((text) => notice("warning", text)), ...infos.map((text) => notice("info", text))];
}

function cut(count: number, shown: number, what: string): HTMLElement | undefined {
  return count > shown ? notice("info", `${shown} of ${count} ${what} are shown.`) : undefined;
}
