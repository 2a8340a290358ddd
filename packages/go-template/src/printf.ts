import { type FormatFlags, noFlags } from "./format-flags.ts";
import { formatPrinted, writeArgument } from "./format-value.ts";
import { type Meter, TextSink, unmetered } from "./meter.ts";
import { intValue, kindOf, typeName } from "./values.ts";

/** Widths and precisions beyond this are refused, as in Go. */
const MAX_WIDTH = 1_000_000;

/** Go's fmt.Sprintf. Never throws for what a format may hold; mistakes show in the text as `%!verb(…)`. */
export function sprintf(format: string, args: readonly unknown[], meter: Meter = unmetered): string {
  return new Formatter(format, args, new TextSink(meter)).run();
}

/** Go's fmt.Sprint: a space between two operands when neither is a string. */
export function sprint(args: readonly unknown[], meter: Meter = unmetered): string {
  const sink = new TextSink(meter);
  writeOperands(args, sink, (arg) => writeArgument(arg, "v", noFlags(), sink));
  return sink.text();
}

/** What an escaping function makes of its arguments: as `sprint`, but it follows pointers. */
export function sprintPrinted(args: readonly unknown[], meter: Meter = unmetered): string {
  const sink = new TextSink(meter);
  writeOperands(args, sink, (arg) => sink.write(formatPrinted(arg, meter)));
  return sink.text();
}

function writeOperands(args: readonly unknown[], sink: TextSink, write: (arg: unknown) => void): void {
  let isPreviousString = false;
  args.forEach((arg, i) => {
    const isString = kindOf(arg) === "string";
    if (i > 0 && !isString && !isPreviousString) sink.write(" ");
    write(arg);
    isPreviousString = isString;
  });
}

/** Go's fmt.Sprintln. */
export function sprintln(args: readonly unknown[], meter: Meter = unmetered): string {
  const sink = new TextSink(meter);
  args.forEach((arg, i) => {
    if (i > 0) sink.write(" ");
    writeArgument(arg, "v", noFlags(), sink);
  });
  sink.write("\n");
  return sink.text();
}

class Formatter {
  private readonly format: string;
  private readonly args: readonly unknown[];
  private readonly sink: TextSink;
  private pos = 0;
  private argIndex = 0;
  /** Whether an index such as `[2]` was used anywhere, which makes left-over arguments legal. */
  private isReordered = false;
  private hasGoodIndex = true;
  private isAfterIndex = false;

  constructor(format: string, args: readonly unknown[], sink: TextSink) {
    this.format = format;
    this.args = args;
    this.sink = sink;
  }

  run(): string {
    while (this.pos < this.format.length) {
      const percent = this.format.indexOf("%", this.pos);
      const end = percent < 0 ? this.format.length : percent;
      if (end > this.pos) this.sink.write(this.format.slice(this.pos, end));
      this.pos = end + 1;
      if (percent >= 0) this.directive();
    }
    if (!this.isReordered && this.argIndex < this.args.length) this.writeExtraArguments();
    return this.sink.text();
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
      this.sink.write("%!(NOVERB)");
      return;
    }
    const verb = String.fromCodePoint(code);
    this.pos += verb.length;
    this.writeVerb(verb, flags);
  }

  private writeVerb(verb: string, flags: FormatFlags): void {
    if (verb === "%") return this.sink.write("%");
    if (!this.hasGoodIndex) return this.sink.write(`%!${verb}(BADINDEX)`);
    if (this.argIndex >= this.args.length) return this.sink.write(`%!${verb}(MISSING)`);
    if (verb === "v" || verb === "w") {
      flags.sharpV = flags.sharp;
      flags.plusV = flags.plus;
      flags.sharp = false;
      flags.plus = false;
    }
    writeArgument(this.args[this.argIndex++], verb, flags, this.sink);
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
      if (flags.width === undefined) this.sink.write("%!(BADWIDTH)");
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
      if (flags.precision === undefined) this.sink.write("%!(BADPREC)");
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

  private writeExtraArguments(): void {
    this.sink.write("%!(EXTRA ");
    this.args.slice(this.argIndex).forEach((arg, i) => {
      if (i > 0) this.sink.write(", ");
      const isNil = arg === null || arg === undefined;
      this.sink.write(isNil ? "<nil>" : `${typeName(arg)}=`);
      if (!isNil) writeArgument(arg, "v", noFlags(), this.sink);
    });
    this.sink.write(")");
  }
}
