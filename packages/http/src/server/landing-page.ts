import type { RequestHandler } from "express";

/** What stands on the page at `/` of a service without pages of its own. */
export interface LandingPage {
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly links: readonly { readonly address: string; readonly text: string; readonly description?: string }[];
  /** More HTML below the links, made by the service; it must have escaped what isn't its own. */
  readonly extraHtml?: string;
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

function renderLandingPage({ name, description, version, links, extraHtml = "" }: LandingPage): string {
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
${extraHtml}
</main>
</body>
</html>
`;
}

/** Text that may stand in HTML, between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
