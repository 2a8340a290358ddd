import { parseCount, splitFields } from "./fields.ts";

/** A field of /proc/meminfo; in bytes when the kernel counts it in kB, else a plain count. */
export interface MemoryField {
  readonly value: number;
  readonly isBytes: boolean;
}

/** The fields of /proc/meminfo by the kernel's names, `Active(anon)` among them. Throws on a line of another form. */
export function parseMeminfo(text: string): ReadonlyMap<string, MemoryField> {
  const fields = new Map<string, MemoryField>();
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const words = splitFields(line);
    const [name, amount, unit] = words;
    if (words.length < 2 || words.length > 3 || !name.endsWith(":") || (unit ?? "kB") !== "kB") {
      throw new Error(`cannot read meminfo: unexpected line ${JSON.stringify(line)}`);
    }
    const value = parseCount(amount, `meminfo field ${name}`);
    fields.set(name.slice(0, -1), unit === undefined ? { value, isBytes: false } : { value: value * 1024, isBytes: true });
  }
  return fields;
}
