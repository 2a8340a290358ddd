import { readFileSync } from "node:fs";
import { goQuote } from "@ferula/durations";
import { builtInFlags, type FlagShape } from "./define-flags.ts";

/** A command line that makes no sense; the message is for the user. */
export class UsageError extends Error {}

/** What was given, in order: a flag's name and its text, which is `true` or `false` for a switch. */
export interface GivenFlag {
  readonly name: string;
  readonly text: string;
}

/** More files than this are most likely files that name each other in a circle. */
const MOST_FILES = 100;

/**
 * Reads a command line in kingpin's dialect: `--x=v`, `--x v`, `-xv`, `-x v`, `--switch`, `--no-switch`, `-abc` for three switches,
 * `@file` for the lines of a file (empty lines and lines that begin with # left out), `--` before what is no flag. Nothing is
 * interpreted yet. Throws UsageError at the first thing it cannot place.
 */
export function readArguments(flags: FlagShape, argv: readonly string[]): GivenFlag[] {
  return new ArgumentReader(flags, argv).read();
}

class ArgumentReader {
  private readonly flags: FlagShape;
  /** What is still to be read, the next argument last. */
  private readonly pending: string[];
  private readonly nameOfShort: ReadonlyMap<string, string>;
  private onlyPlain = false;
  private filesRead = 0;

  constructor(flags: FlagShape, argv: readonly string[]) {
    this.flags = flags;
    this.pending = argv.toReversed();
    const shorts = Object.entries(flags).map(([name, flag]): [string | undefined, string] => [flag.short, name]);
    this.nameOfShort = new Map([["h", "help"], ...shorts.filter((pair): pair is [string, string] => pair[0] !== undefined)]);
  }

  read(): GivenFlag[] {
    const given: GivenFlag[] = [];
    for (let argument = this.next(); argument !== undefined; argument = this.next()) {
      if (this.isPlain(argument)) throw new UsageError(`unexpected ${argument}`);
      if (argument.startsWith("--")) given.push(this.readLong(argument));
      else this.readShort(argument, given);
    }
    return given;
  }

  /** The next argument, files expanded and `--` taken note of. */
  private next(): string | undefined {
    for (;;) {
      const argument = this.pending.pop();
      if (argument === undefined || this.onlyPlain) return argument;
      if (argument === "--") this.onlyPlain = true;
      else if (argument.startsWith("@")) this.pending.push(...this.linesOf(argument.slice(1)).toReversed());
      else return argument;
    }
  }

  /** Whether an argument cannot be a flag: a value, or something out of place. */
  private isPlain(argument: string): boolean {
    return this.onlyPlain || argument === "-" || !argument.startsWith("-");
  }

  private readLong(argument: string): GivenFlag {
    const equals = argument.indexOf("=");
    const written = equals < 0 ? argument.slice(2) : argument.slice(2, equals);
    const name = this.findLong(written);
    if (name === undefined) throw new UsageError(`unknown long flag '--${written}'`);
    if (!this.isSwitch(name)) {
      return { name, text: equals < 0 ? this.valueFor(`--${written}`) : argument.slice(equals + 1) };
    }
    if (equals >= 0) {
      throw new UsageError(`unexpected ${argument.slice(equals + 1)}: '--${name}' takes no value, write --${name} or --no-${name}`);
    }
    return { name, text: String(name === written) };
  }

  private findLong(written: string): string | undefined {
    if (this.isSwitch(written) || Object.hasOwn(this.flags, written)) return written;
    const positive = written.startsWith("no-") ? written.slice(3) : "";
    return this.isSwitch(positive) ? positive : undefined;
  }

  private readShort(argument: string, given: GivenFlag[]): void {
    for (let i = 1; i < argument.length; i++) {
      const short = String.fromCodePoint(argument.codePointAt(i) ?? 0);
      const name = this.nameOfShort.get(short);
      if (name === undefined) throw new UsageError(`unknown short flag '-${short}'`);
      if (!this.isSwitch(name)) {
        given.push({ name, text: i + 1 < argument.length ? argument.slice(i + 1) : this.valueFor(`-${short}`) });
        return;
      }
      given.push({ name, text: "true" });
    }
  }

  private valueFor(written: string): string {
    const value = this.next();
    if (value === undefined || !this.isPlain(value)) throw new UsageError(`expected argument for flag '${written}'`);
    return value;
  }

  private isSwitch(name: string): boolean {
    return builtInFlags.includes(name) || (Object.hasOwn(this.flags, name) && this.flags[name].isSwitch);
  }

  private linesOf(file: string): string[] {
    if (file === "") throw new UsageError("expected @ file to expand arguments from");
    if (++this.filesRead > MOST_FILES) throw new UsageError(`more than ${MOST_FILES} arguments files, the last one ${goQuote(file)}`);
    try {
      const lines = readFileSync(file, "utf8").split(/\r?\n/);
      return lines.filter((line) => line.trim() !== "" && !line.startsWith("#"));
    } catch (error) {
      throw new UsageError(`failed to open arguments file ${goQuote(file)}: ${(error as Error).message}`, { cause: error });
    }
  }
}
