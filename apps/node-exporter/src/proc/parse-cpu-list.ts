import { parseCount } from "./fields.ts";

/** The numbers of a list such as `1,3-5,9`, as the kernel prints sets of CPUs; an empty text is an empty set. Throws on any other text. */
export function parseCpuList(text: string): readonly number[] {
  const numbers: number[] = [];
  for (const part of text.split(",")) {
    if (part === "") continue;
    const [first, last = first, ...more] = part.split("-");
    if (more.length > 0) throw new Error(`cannot read the CPU list ${JSON.stringify(text)}: unexpected ${JSON.stringify(part)}`);
    const end = parseCount(last, "a CPU list");
    for (let number = parseCount(first, "a CPU list"); number <= end; number++) numbers.push(number);
  }
  return numbers;
}
