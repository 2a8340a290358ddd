import type { FlagShape, FlagsDefinition } from "./define-flags.ts";
import type { Flag } from "./flag.ts";
import { builtInHelp, helpOf } from "./help-text.ts";

/** What the columns of the table are called. */
const HEAD: Row = ["Flag", "Description", "Default"];

type Row = readonly [flag: string, description: string, defaultValue: string];

/**
 * The command line as a page of documentation in Markdown, in the form that upstream's programs write theirs (util/documentcli): a title,
 * what the program is, and a table of all flags that are not hidden.
 */
export function flagsDocumentation<S extends FlagShape>({ program, help, flags }: FlagsDefinition<S>): string {
  const rows: Row[] = builtInHelp.map(({ short, name, help: text }) => [names(name, short), text, ""]);
  for (const [name, flag] of Object.entries(flags)) {
    if (!flag.isHidden) rows.push([names(name, flag.short) + (flag.isRepeatable ? ` ${code("...")}` : ""), helpOf(flag), defaultOf(flag)]);
  }
  return `---\ntitle: ${program}\n---\n\n${help}\n\n\n## Flags\n\n${table([HEAD, ["---", "---", "---"], ...rows.map(escapeCells)])}\n\n`;
}

function names(name: string, short: string | undefined): string {
  return short === undefined ? code(`--${name}`) : `${code(`-${short}`)}, ${code(`--${name}`)}`;
}

function code(text: string): string {
  return `<code class="text-nowrap">${text}</code>`;
}

/** Of a list, the first is shown. */
function defaultOf(flag: Flag<unknown>): string {
  const { defaultValue, isRepeatable, print } = flag;
  const text = print(isRepeatable ? (defaultValue as readonly unknown[]).slice(0, 1) : defaultValue);
  return text === "" || flag.isRequired ? "" : `\`${text}\``;
}

function escapeCells([flag, description, defaultValue]: Row): Row {
  return [flag, description.replaceAll("|", "\\|"), defaultValue.replaceAll("|", "\\|")];
}

function table(rows: readonly Row[]): string {
  return rows.map((row) => `| ${row.join(" | ")} |\n`).join("");
}
