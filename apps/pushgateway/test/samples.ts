import { readFamilies, TEXT_CONTENT_TYPE, writeText, type MetricFamily } from "@ferula/exposition";
import type { Group } from "../src/store/group.ts";

/** Families of an exposition. */
export function families(text: string): MetricFamily[] {
  return readFamilies(Buffer.from(text), TEXT_CONTENT_TYPE);
}

/** The lines of groups' samples, sorted, times of pushes as they are. */
export function sampleLines(groups: Iterable<Group>): string[] {
  const lines: string[] = [];
  for (const group of groups) {
    for (const { family } of group.families.values())
      lines.push(
        ...Buffer.from(writeText([family]))
          .toString()
          .trim()
          .split("\n"),
      );
  }
  return lines.filter((line) => !line.startsWith("#")).sort();
}
