import { formatRfc3339 } from "@ferula/durations";
import { buildInformation, type GatewayStatus } from "./api-handlers.ts";
import { html, type Html } from "./html.ts";

/** What the gateway runs with. */
export function statusPage({ flags, startedMs, version }: GatewayStatus): Html {
  return html`${section("Build information", Object.entries(buildInformation(version)))}
  ${section("Runtime", [["started", formatRfc3339(startedMs)]])} ${section("Command-line flags", [...flags])}`;
}

function section(title: string, rows: readonly (readonly [string, string])[]): Html {
  return html`<section>
    <h2>${title}</h2>
    <table>
      <tbody>
        ${rows.map(
          ([name, value]) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td>${value}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </section> `;
}
