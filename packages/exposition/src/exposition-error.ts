/**
 * Text that is no exposition. `line` counts from 1; 0 stands for a place that the parser of a single line can't know, and whoever walks
 * the lines fills it in with `atLine`. `reason` is upstream's wording where upstream has one.
 */
export class ExpositionError extends Error {
  readonly line: number;
  readonly reason: string;

  constructor(line: number, reason: string) {
    super(line === 0 ? `cannot read exposition: ${reason}` : `text format parsing error in line ${line}: ${reason}`);
    this.name = "ExpositionError";
    this.line = line;
    this.reason = reason;
  }

  /** The same error with its line number. */
  atLine(line: number): ExpositionError {
    return new ExpositionError(line, this.reason);
  }
}
