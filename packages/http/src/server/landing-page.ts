import type { RequestHandler } from "express";

/** What stands on the page at `/` of a service without pages of its own. */
export interface LandingPage {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly links: readonly { readonly address: string; readonly text: string; readonly description?: string }[];
  /** A form that is sent by GET, such as one that asks for a target. */
  readonly form?: LandingForm;
  /** More HTML below the links, made by the service; it must have escaped what isn't its own. */
  readonly extraHtml?: string;
}

/** A form with fields of one line each. */
export interface LandingForm {
  readonly action: string;
  readonly inputs: readonly {
    readonly label: string;
    /** As HTML has them: `text`, `number`. */
    readonly type: string;
    readonly name: string;
    readonly placeholder?: string;
    readonly value?: string;
  }[];
}

/** A page that names the service and links to what it offers. */
export function landingPage(page: LandingPage): RequestHandler {
  const html = renderLandingPage(page);
  return (_req, res) => {
    res.set({
      "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      "X-Content-Type-Options": "nosniff",
    });
    res.type("html").send(html);
  };
}

function renderLandingPage({ name, description, version, links, form, extraHtml = "" }: LandingPage): string {
  const items = links.map(
    ({ address, text, description: what = "" }) => `<li><a href="${escapeHtml(address)}">${escapeHtml(text)}</a> ${escapeHtml(what)}</li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(name)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; } header { background: #414951; color: #fff; padding: 1rem 2rem; }
h1 { font-size: 1.3rem; margin: 0; border-left: 4px solid #e6522c; padding-left: .7rem; }
main { padding: 1rem 2rem; max-width: 60rem; } td, th { padding: .2rem .8rem .2rem 0; text-align: left; }
</style>
</head>
<body>
<header><h1>${escapeHtml(name)}</h1></header>
<main>
<p>${escapeHtml(description)}</p>
<p>Version: ${escapeHtml(version)}</p>
<ul>${items.join("\n")}</ul>
${form === undefined ? "" : renderForm(form)}
${extraHtml}
</main>
</body>
</html>
`;
}

function renderForm({ action, inputs }: LandingForm): string {
  const fields = inputs.map(({ label, type, name, placeholder = "", value = "" }) => {
    const attributes = Object.entries({ type, name, placeholder, value }).map(([key, text]) => `${key}="${escapeHtml(text)}"`);
    return `<p><label>${escapeHtml(label)}: <input ${attributes.join(" ")}></label></p>`;
  });
  return `<form action="${escapeHtml(action)}">\n${fields.join("\n")}\n<p><input type="submit" value="Submit"></p>\n</form>`;
}

/** Text that may stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
