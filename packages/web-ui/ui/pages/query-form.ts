import { el } from "../dom.ts";
import { SHORTEST_RANGE_S } from "../graph.ts";
import type { QueryState } from "../query-state.ts";
import { formatSeconds, parseSeconds } from "../units.ts";

/** Where a query is typed, and what is shown of it chosen. */
export interface QueryForm {
  readonly form: HTMLElement;
  readonly tabs: HTMLElement;
  /** Range and end of the graph. */
  readonly controls: HTMLElement;
  /** Puts text where the cursor is. */
  readonly insert: (text: string) => void;
  readonly show: (state: QueryState) => void;
}

/** A form that shows `initial`; `onChange` gets what the user changes. */
export function createQueryForm(initial: QueryState, onChange: (change: Partial<QueryState>) => void): QueryForm {
  const { form, input } = createInput(initial.expr, (expr) => onChange({ expr }));
  const tabs = (["table", "graph"] as const).map((tab) => {
    const button = el("button", { type: "button", role: "tab", "data-tab": tab }, tab === "table" ? "Table" : "Graph");
    button.addEventListener("click", () => onChange({ tab }));
    return button;
  });
  const range = createRangeControls(initial, onChange);
  return {
    form,
    tabs: el("span", { role: "tablist" }, ...tabs),
    controls: range.controls,
    insert: (text) => {
      input.setRangeText(text, input.selectionStart, input.selectionEnd, "end");
      input.focus();
    },
    show: (state) => {
      range.show(state);
      for (const tab of tabs) tab.setAttribute("aria-selected", String(tab.dataset["tab"] === state.tab));
    },
  };
}

function createInput(expr: string, onExecute: (expr: string) => void): { readonly form: HTMLElement; readonly input: HTMLTextAreaElement } {
  const input = el("textarea", {
    rows: "1",
    spellcheck: "false",
    "aria-label": "Expression",
    placeholder: "Expression (press Enter to execute)",
  });
  const form = el("form", { class: "query" }, input, el("button", { class: "primary", type: "submit" }, "Execute"));
  const fit = (): void => {
    input.rows = Math.max(1, input.value.split("\n").length);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    onExecute(input.value);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    onExecute(input.value);
  });
  input.addEventListener("input", fit);
  input.value = expr;
  fit();
  return { form, input };
}

function createRangeControls(
  initial: QueryState,
  onChange: (change: Partial<QueryState>) => void,
): { readonly controls: HTMLElement; readonly show: (state: QueryState) => void } {
  const range = el("input", { class: "short", "aria-label": "Range" });
  const end = el("input", { type: "datetime-local", step: "1", "aria-label": "End time" });
  let { rangeS } = initial;

  function stepButton(text: string, factor: number): HTMLButtonElement {
    const button = el("button", { type: "button", title: factor < 1 ? "Shorter" : "Longer" }, text);
    button.addEventListener("click", () => onChange({ rangeS: Math.max(SHORTEST_RANGE_S, Math.round(rangeS * factor)) }));
    return button;
  }

  const controls = el("span", { class: "controls" }, stepButton("−", 0.5), range, stepButton("+", 2), end);
  range.addEventListener("change", () => onChange({ rangeS: parseSeconds(range.value) ?? rangeS }));
  end.addEventListener("change", () => onChange({ endS: end.value === "" ? undefined : Date.parse(end.value) / 1000 }));
  return {
    controls,
    show: (state) => {
      rangeS = state.rangeS;
      range.value = formatSeconds(rangeS);
      end.value = state.endS === undefined ? "" : localInputText(state.endS);
      controls.hidden = state.tab !== "graph";
    },
  };
}

/** The local time that an input of type datetime-local shows. */
function localInputText(epochS: number): string {
  const local = new Date(epochS * 1000 - new Date(epochS * 1000).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}
