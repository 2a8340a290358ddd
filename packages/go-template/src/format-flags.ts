/** What stands between `%` and the verb. */
export interface FormatFlags {
  plus: boolean;
  minus: boolean;
  sharp: boolean;
  space: boolean;
  zero: boolean;
  /** `%+v`: structs with field names. */
  plusV: boolean;
  /** `%#v`: Go syntax. */
  sharpV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

/** Flags of a bare verb. */
export function noFlags(): FormatFlags {
  return {
    plus: false,
    minus: false,
    sharp: false,
    space: false,
    zero: false,
    plusV: false,
    sharpV: false,
    width: undefined,
    precision: undefined,
  };
}

/** Pads to the width, counted in characters; zeros go to the left only. */
export function pad(text: string, flags: FormatFlags, mayZero = true): string {
  if (!flags.width) return text;
  let length = 0;
  for (const _ of text) length++;
  const missing = flags.width - length;
  if (missing <= 0) return text;
  if (flags.minus) return text + " ".repeat(missing);
  return (flags.zero && mayZero ? "0" : " ").repeat(missing) + text;
}
