const TAB = 9;
const SPACE = 32;

/** The words of a line, parted by spaces and tabs. A plain scan: the files of /proc are read at every scrape. */
export function splitFields(line: string): string[] {
  const fields: string[] = [];
  let i = 0;
  while (i < line.length) {
    let code = line.charCodeAt(i);
    if (code === SPACE || code === TAB) {
      i++;
      continue;
    }
    const start = i;
    while (code !== SPACE && code !== TAB && i < line.length) code = line.charCodeAt(++i);
    fields.push(line.slice(start, i));
  }
  return fields;
}

/**
 * A whole number of the kernel's, rounded to the nearest double when it is above 2^53. Throws an error that names `what` when `text` is
 * anything else.
 */
export function parseCount(text: string | undefined, what: string): number {
  const value = text === undefined || text === "" ? Number.NaN : Number(text);
  if (!Number.isInteger(value)) throw new Error(`cannot read ${what}: not a whole number: ${JSON.stringify(text ?? "")}`);
  return value;
}
