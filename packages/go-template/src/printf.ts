import { type FormatFlags, noFlags } from "./format-flags.ts";
import { formatArgument, formatPrinted } from "./format-value.ts";
import { intValue, kindOf, typeName } from "./values.ts";

/** Widths and precisions beyond this are refused, as in Go. */
const MAX_WIDTH = 1_000_000;

/** Go's fmt.Sprintf. Never throws for what a format may hold; mistakes show in the text as `%!verb(…)`. */
export function sprintf(format: string, args: readonly unknown[]): string {
  return new Formatter(format, args).run();
}

/** Go's fmt.Sprint: a space between two operands when neither is a string. */
export function sprint(args: readonly unknown[]): string {
  return joinOperands(args, (arg) => formatArgument(arg, "v", noFlags()));
}

/** What an escaping function makes of its arguments: as `sprint`, but it follows pointers. */
export function sprintPrinted(args: readonly unknown[]): string {
  return joinOperands(args, formatPrinted);
}

function joinOperands(args: readonly unknown[], format: (arg: unknown) => string): string {
  let text = "";
  let isPreviousString = false;
  args.forEach((arg, i) => {
    const isString = kindOf(arg) === "string";
    if (i > 0 && !isString && !isPreviousString) text += " ";
    text += format(arg);
    isPreviousString = isString;
  });
  return text;
}

/** Go's fmt.Sprintln. */
export function sprintln(args: readonly unknown[]): string {
  return `${args.map((arg) => formatArgument(arg, "v", noFlags())).join(" ")}\n`;
}

class Formatter {
  private readonly format: string;
  private readonly args: readonly unknown[];
  private output = "";
  private pos = 0;
  private argIndex = 0;
  /** Whether an index such as `[2]` was used anywhere, which makes left-over arguments legal. */
  private isReordered = false;
  private hasGoodIndex = true;
  private isAfterIndex = false;

  constructor(format: string, args: readonly unknown[]) {
    this.format = format;
    this.args = args;
  }

  run(): string {
    while (this.pos < this.format.length) {
      const percent = this.format.indexOf("%", this.pos);
      const end = percent < 0 ? this.format.length : percent;
      this.output += this.format.slice(this.pos, end);
      this.pos = end + 1;
      if (percent >= 0) this.directive();
    }
    if (!this.isReordered && this.argIndex < this.args.length) this.output += this.extraArguments();
    return this.output;
  }

  private directive(): void {
    const flags = this.readFlags();
    this.hasGoodIndex = true;
    this.isAfterIndex = false;
    this.readIndex();
    this.readWidth(flags);
    this.readPrecision(flags);
    if (!this.isAfterIndex) this.readIndex();
    const code = this.format.codePointAt(this.pos);
    if (code === undefined) {
      this.output += "%!(NOVERB)";
      return;
    }
    const verb = String.fromCodePoint(code);
    this.pos += verb.length;
    this.output += this.formatVerb(verb, flags);
  }

  private formatVerb(verb: string, flags: FormatFlags): string {
    if (verb === "%") return "%";
    if (!this.hasGoodIndex) return `%!${verb}(BADINDEX)`;
    if (this.argIndex >= this.args.length) return `%!${verb}(MISSING)`;
    if (verb === "v" || verb === "w") {
      flags.sharpV = flags.sharp;
      flags.plusV = flags.plus;
      flags.sharp = false;
      flags.plus = false;
    }
    return formatArgument(this.args[this.argIndex++], verb, flags);
  }

  private readFlags(): FormatFlags {
    const flags = noFlags();
    for (; ; this.pos++) {
      switch (this.format[this.pos]) {
        case "+":
          flags.plus = true;
          break;
        case "-":
          flags.minus = true;
          break;
        case "#":
          flags.sharp = true;
          break;
        case " ":
          flags.space = true;
          break;
        case "0":
          flags.zero = true;
          break;
        default:
          return flags;
      }
    }
  }

  private readWidth(flags: FormatFlags): void {
    if (this.format[this.pos] === "*") {
      this.pos++;
      flags.width = this.integerArgument();
      if (flags.width === undefined) this.output += "%!(BADWIDTH)";
      else if (flags.width < 0) {
        flags.width = -flags.width;
        flags.minus = true;
        flags.zero = false;
      }
      this.isAfterIndex = false;
      return;
    }
    flags.width = this.readNumber();
    if (this.isAfterIndex && flags.width !== undefined) this.hasGoodIndex = false;
  }

  private readPrecision(flags: FormatFlags): void {
    if (this.format[this.pos] !== "." || this.pos + 1 >= this.format.length) return;
    this.pos++;
    if (this.isAfterIndex) this.hasGoodIndex = false;
    this.readIndex();
    if (this.format[this.pos] === "*") {
      this.pos++;
      const precision = this.integerArgument();
      flags.precision = precision !== undefined && precision >= 0 ? precision : undefined;
      if (flags.precision === undefined) this.output += "%!(BADPREC)";
      this.isAfterIndex = false;
      return;
    }
    flags.precision = this.readNumber() ?? 0;
  }

  /** An explicit argument index, `[2]`, counted from 1. */
  private readIndex(): void {
    if (this.format[this.pos] !== "[") {
      this.isAfterIndex = false;
      return;
    }
    this.isReordered = true;
    const close = this.format.indexOf("]", this.pos);
    const digits = close < 0 ? "" : this.format.slice(this.pos + 1, close);
    this.pos = close < 0 ? this.pos + 1 : close + 1;
    const index = /^[0-9]{1,7}$/.test(digits) ? Number(digits) - 1 : -1;
    const isKnown = index >= 0 && index < this.args.length;
    this.isAfterIndex = isKnown || /^[0-9]{1,7}$/.test(digits);
    if (isKnown) this.argIndex = index;
    else this.hasGoodIndex = false;
  }

  private readNumber(): number | undefined {
    const digits = /^[0-9]+/.exec(this.format.slice(this.pos, this.pos + 12))?.[0];
    if (digits === undefined) return undefined;
    if (Number(digits) > MAX_WIDTH * 10) {
      this.pos = this.format.length;
      return undefined;
    }
    this.pos += digits.length;
    return Number(digits);
  }

  private integerArgument(): number | undefined {
    if (this.argIndex >= this.args.length) return undefined;
    const arg = this.args[this.argIndex++];
    if (kindOf(arg) !== "int") return undefined;
    const value = Number(intValue(arg));
    return Math.abs(value) > MAX_WIDTH ? undefined : value;
  }

  private extraArguments(): string {
    const extra = this.args.slice(this.argIndex).map((arg) => {
      return arg === null || arg === undefined ? "<nil>" : `${typeName(arg)}=${formatArgument(arg, "v", noFlags())}`;
    });
    return `%!(EXTRA ${extra.join(", ")})`;
  }
}
