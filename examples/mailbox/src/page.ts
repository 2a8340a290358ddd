import { escapeHtml } from "@ferula/http";
import type { Message } from "./inbox.ts";

/** The page: a list of what arrived, newest first, that renews itself every two seconds, and one opened message beside it. */
export function renderPage(messages: readonly Message[]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mailbox</title>
<style>${STYLE}</style>
<header><h1>Mailbox</h1><p>What the Alertmanager sent: e-mails by SMTP and webhooks by HTTP.</p></header>
<main>
  <section id="list" aria-label="Messages">${renderList(messages)}</section>
  <section id="open" aria-label="Opened message"><p class="hint">Choose a message to read it.</p></section>
</main>
<script src="/mailbox.js" defer></script>
</html>`;
}

/** The list alone; the page's script fetches it again and again. */
export function renderList(messages: readonly Message[]): string {
  if (messages.length === 0) return '<p class="hint">Nothing has arrived yet. The first alert fires within a minute of the start.</p>';
  return messages
    .map(
      (message) => `<button data-id="${message.id}" class="${message.status}">
  <span class="kind">${message.kind === "mail" ? "e-mail" : "webhook"}</span>
  <span class="subject">${escapeHtml(message.subject)}</span>
  <time datetime="${new Date(message.receivedMs).toISOString()}">${new Date(message.receivedMs).toTimeString().slice(0, 8)}</time>
</button>`,
    )
    .join("\n");
}

/** One message. An e-mail's HTML is shown in a frame that may run nothing and send nothing. */
export function renderMessage(message: Message): string {
  const body =
    message.kind === "mail"
      ? `<dl><dt>From</dt><dd>${escapeHtml(message.from)}</dd><dt>To</dt><dd>${escapeHtml(message.to)}</dd></dl>
<iframe sandbox title="The e-mail" srcdoc="${escapeHtml(message.html || `<pre>${escapeHtml(message.text)}</pre>`)}"></iframe>`
      : `<pre>${escapeHtml(message.json)}</pre>`;
  return `<h2>${escapeHtml(message.subject)}</h2>${body}`;
}

/** Renews the list and opens what is clicked. A file of its own, so that the page can forbid inline scripts. */
export const SCRIPT = `const list = document.getElementById("list");
const open = document.getElementById("open");
list.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  open.innerHTML = await (await fetch("/messages/" + button.dataset.id)).text();
});
setInterval(async () => {
  const answer = await fetch("/messages").catch(() => undefined);
  if (answer?.ok) list.innerHTML = await answer.text();
}, 2000);
`;

const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; grid-template-rows: auto 1fr; height: 100vh; }
header { background: #414951; color: #fff; padding: .6rem 1.2rem; display: flex; gap: 1rem; align-items: baseline; }
h1 { font-size: 1.15rem; margin: 0; } header p { margin: 0; opacity: .8; }
main { display: grid; grid-template-columns: minmax(22rem, 2fr) 3fr; min-height: 0; }
section { overflow: auto; padding: .8rem; } #list { border-right: 1px solid #8884; }
button { display: grid; grid-template-columns: 5rem 1fr auto; gap: .6rem; width: 100%; text-align: left; font: inherit; color: inherit;
  background: none; border: 0; border-left: 4px solid #8888; padding: .5rem .6rem; margin-bottom: .3rem; cursor: pointer; }
button:hover, button:focus-visible { background: #8882; }
button.firing { border-color: #e03131; } button.resolved { border-color: #2f9e44; }
.kind { opacity: .7; } .subject { font-weight: 600; } time { opacity: .7; font-variant-numeric: tabular-nums; }
#open { display: flex; flex-direction: column; } h2 { margin: .2rem 0 .6rem; font-size: 1.1rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .1rem 1rem; margin: 0 0 .6rem; } dd { margin: 0; }
iframe { flex: 1; border: 1px solid #8884; background: #fff; } pre { white-space: pre-wrap; margin: 0; } .hint { opacity: .7; }
@media (max-width: 50rem) { main { grid-template-columns: 1fr; } #list { border: 0; } }
`;
