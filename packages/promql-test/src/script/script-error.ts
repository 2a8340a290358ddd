/** A script that can't be read, or whose samples can't be stored. The message ends in the line, counted from 1. */
export class ScriptError extends Error {
  override name = "ScriptError";
  readonly line: number;
  constructor(line: number, reason: string, options?: ErrorOptions) {
    super(`${reason} (line ${line})`, options);
    this.line = line;
  }
}
