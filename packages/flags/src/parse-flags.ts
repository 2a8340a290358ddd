import { readArguments, UsageError, type GivenFlag } from "./arguments.ts";
import type { FlagShape, FlagsDefinition, FlagValues } from "./define-flags.ts";
import type { Flag } from "./flag.ts";
import { helpText } from "./help-text.ts";

/** What differs from program to program. */
export interface ParseOptions {
  /** Printed by `--version`; see versionText. Default: the program's name. */
  readonly version?: string;
  /**
   * Exit code where a value can't be used, or a flag is missing or given twice: 1 in the exporters, 2 in the server. Default 1. What
   * can't even be taken apart (an unknown flag, one without its value, a stray word) is 1 everywhere.
   */
  readonly valueExitCode?: number;
  /** Columns that `--help` may use. Default: $COLUMNS, else the terminal's, else 80. */
  readonly width?: number;
}

/** The command line asks for a run. */
export interface RunFlags<S extends FlagShape> {
  readonly kind: "run";
  readonly values: FlagValues<S>;
  /** Names of the flags that stood on the command line, without dashes. */
  readonly setByUser: ReadonlySet<string>;
  /** Names of the flags that were given a value of their own and that do nothing yet; the program warns of them. */
  readonly withoutEffect: readonly string[];
  /** Every flag's value as Go prints it (`5m`, `false`), sorted by name, for /api/v1/status/flags. */
  readonly asStrings: () => ReadonlyMap<string, string>;
}

/** The command line asks for a text, or makes no sense: print both texts and exit. */
export interface ExitFlags {
  readonly kind: "exit";
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a command line comes to. */
export type ParsedFlags<S extends FlagShape> = RunFlags<S> | ExitFlags;

/**
 * Reads `argv` (without the program itself: process.argv.slice(2)). Flags that do not exist are refused even beside `--help`; values
 * are looked at only when neither `--help` nor `--version` is there, as kingpin does.
 */
export function parseFlags<S extends FlagShape>(
  definition: FlagsDefinition<S>,
  argv: readonly string[],
  options: ParseOptions = {},
): ParsedFlags<S> {
  const given = orExit(definition.program, MALFORMED_EXIT_CODE, () => readArguments(definition.flags, argv));
  if ("kind" in given) return given;
  const asked = given.find(({ name, text }) => text === "true" && (name === "help" || name === "help-long" || name === "version"));
  if (asked !== undefined) return { kind: "exit", code: 0, stdout: askedText(asked.name, definition, options), stderr: "" };
  return orExit(definition.program, options.valueExitCode ?? 1, () => readValues(definition.flags, given));
}

/** Kingpin parses a second time to print the usage, and ends there itself when it can't. */
const MALFORMED_EXIT_CODE = 1;

function orExit<T>(program: string, code: number, read: () => T): T | ExitFlags {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { kind: "exit", code, stdout: "", stderr: `${program}: error: ${error.message}, try --help\n` };
  }
}

function askedText<S extends FlagShape>(name: string, definition: FlagsDefinition<S>, options: ParseOptions): string {
  if (name !== "version") return helpText(definition, options.width ?? terminalWidth());
  return `${(options.version ?? definition.program).trimEnd()}\n`;
}

function readValues<S extends FlagShape>(flags: S, given: readonly GivenFlag[]): RunFlags<S> {
  const texts = new Map<string, string[]>();
  for (const { name, text } of given) {
    // `--no-help` and its like ask for nothing.
    if (!Object.hasOwn(flags, name)) continue;
    const list = texts.get(name);
    if (list === undefined) texts.set(name, [text]);
    else if (flags[name].isRepeatable) list.push(text);
    else throw new UsageError(`flag '${name}' cannot be repeated`);
  }
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, flag] of Object.entries(flags)) {
    const list = texts.get(name);
    values[name] = list === undefined ? flag.defaultValue : readFlag(name, list, flag.read);
  }
  const missing = Object.keys(flags).filter((name) => flags[name].isRequired && !texts.has(name));
  if (missing.length > 0) throw new UsageError(`required flag(s) ${missing.map((name) => `'--${name}'`).join(", ")} not provided`);
  const unusual = Object.keys(flags).filter((name) => texts.has(name) && isUnusual(flags[name], values[name]));
  const refused = unusual.find((name) => flags[name].support === "refused");
  if (refused !== undefined) throw new UsageError(`flag '--${refused}' is not supported yet`);
  return {
    kind: "run",
    values: values as FlagValues<S>,
    setByUser: new Set(texts.keys()),
    withoutEffect: unusual.filter((name) => flags[name].support === "without-effect"),
    asStrings: () =>
      new Map(
        Object.keys(flags)
          .sort()
          .map((name) => [name, flags[name].print(values[name])]),
      ),
  };
}

function isUnusual<T>(flag: Flag<T>, value: T): boolean {
  return flag.print(value) !== flag.print(flag.defaultValue);
}

function readFlag(name: string, texts: readonly string[], read: (texts: readonly string[]) => unknown): unknown {
  try {
    return read(texts);
  } catch (error) {
    throw new UsageError(`cannot read --${name}: ${(error as Error).message}`, { cause: error });
  }
}

function terminalWidth(): number {
  const columns = Number(process.env["COLUMNS"]);
  return Number.isSafeInteger(columns) && columns > 0 ? columns : (process.stdout.columns ?? 80);
}
