import type { FlagShape, FlagsDefinition } from "./define-flags.ts";
import type { Flag, FlagSupport } from "./flag.ts";

/** A first column wider than this gets a line of its own. */
const WIDEST_COLUMN = 29;

const supportNotes: Readonly<Record<FlagSupport, string>> = {
  full: "",
  ignored: " Accepted, without a meaning here.",
  "without-effect": " Accepted, without effect yet.",
  refused: " Not supported yet.",
};

/** The flags that every program has, as texts tell of them. */
export const builtInHelp: readonly { readonly name: string; readonly short?: string; readonly help: string }[] = [
  { name: "help", short: "h", help: "Show this help and exit." },
  { name: "version", help: "Show the version and exit." },
];

/** What texts tell of a flag, with what it does not do. */
export function helpOf({ help, support }: Flag<unknown>): string {
  return help + supportNotes[support];
}

/** The text of `--help`: usage, what the program is, and every flag that is not hidden, in two columns of `width` characters in all. */
export function helpText<S extends FlagShape>({ program, help, flags }: FlagsDefinition<S>, width: number): string {
  const rows: [string, string][] = builtInHelp.map(({ name, short, help: text }) => [`${shortColumn(short)}--[no-]${name}`, text]);
  for (const [name, flag] of Object.entries(flags)) {
    if (!flag.isHidden) rows.push([flagColumn(name, flag), helpOf(flag)]);
  }
  const required = Object.entries(flags).filter(([, flag]) => flag.isRequired);
  const usage = [program, ...required.map(([name, flag]) => `--${name}=${flag.placeholder ?? name.toUpperCase()}`), "[<flags>]"];
  return [`usage: ${usage.join(" ")}`, "", ...wrap(help, width), "", "Flags:", ...twoColumns(rows, width), ""].join("\n");
}

function flagColumn(name: string, flag: Flag<unknown>): string {
  const short = shortColumn(flag.short);
  if (flag.isSwitch) return `${short}--[no-]${name}`;
  return `${short}--${name}=${flag.placeholder ?? name.toUpperCase()}${flag.isRepeatable ? " ..." : ""}`;
}

function shortColumn(short: string | undefined): string {
  return short === undefined ? "    " : `-${short}, `;
}

function twoColumns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const narrow = rows.map(([left]) => left.length).filter((length) => length <= WIDEST_COLUMN);
  const columnWidth = Math.max(...narrow);
  const rightWidth = Math.max(20, width - columnWidth - 4);
  return rows.flatMap(([left, right]) => {
    const isWide = left.length > WIDEST_COLUMN;
    const lefts = isWide ? [left, ""] : [left];
    const rights = isWide ? ["", ...wrap(right, rightWidth)] : wrap(right, rightWidth);
    return rights.map((line, i) => `  ${(lefts[i] ?? "").padEnd(columnWidth)}  ${line}`.trimEnd());
  });
}

/** Lines of at most `width` characters; a word that is longer stands alone. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
