"use strict";

const OPEN_GROUPS = "pushgateway.open";

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button[data-path]") : null;
  if (button !== null && window.confirm(button.dataset.question)) void remove(button);
});

async function remove(button) {
  button.disabled = true;
  try {
    const response = await fetch(button.dataset.path, { method: button.dataset.method });
    if (!response.ok) throw new Error(await response.text());
    window.location.reload();
  } catch (error) {
    button.disabled = false;
    window.alert(`Deleting failed: ${error.message}`);
  }
}

// Which groups are open survives a reload, as after a deletion.
const groups = [...document.querySelectorAll("details.group")];
const open = new Set(JSON.parse(window.sessionStorage.getItem(OPEN_GROUPS) ?? "[]"));
for (const group of groups) {
  group.open = open.has(group.dataset.key);
  group.addEventListener("toggle", () => {
    const keys = groups.filter((one) => one.open).map((one) => one.dataset.key);
    window.sessionStorage.setItem(OPEN_GROUPS, JSON.stringify(keys));
  });
}
