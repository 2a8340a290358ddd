type Child = Node | string | undefined;

/** Makes an element. Text is always text: nothing that a target or a user wrote is ever read as HTML. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | boolean | undefined>> = {},
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, "");
    else if (typeof value === "string") element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child): child is Node | string => child !== undefined));
  return element;
}

/** A table with a head. */
export function table(head: readonly string[], rows: readonly (readonly Child[])[], className = ""): HTMLTableElement {
  return el(
    "table",
    { class: className },
    el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col" }, text)))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((cell) => el("td", {}, cell))))),
  );
}

/** A notice: what went wrong, or what there is to know. */
export function notice(kind: "error" | "warning" | "info", text: string): HTMLElement {
  return el("p", { class: `notice ${kind}`, role: kind === "error" ? "alert" : "status" }, text);
}

/** A label set as pills, the name first. */
export function pills(labels: Readonly<Record<string, string>>): HTMLElement {
  return el(
    "span",
    { class: "pills" },
    ...Object.entries(labels).map(([name, value]) => el("span", { class: "pill" }, `${name}="${value}"`)),
  );
}
