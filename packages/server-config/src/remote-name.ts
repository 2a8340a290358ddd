import type { Report } from "@ferula/config";
import { goQuote } from "@ferula/durations";
import type { Reading } from "./reading.ts";

/** Reports a name that another entry of the same list has. One without a name gets its own later. */
export function checkRemoteName(kind: "write" | "read", name: string, { remoteNames }: Reading, report: Report): void {
  if (name === "") return;
  if (remoteNames[kind].has(name)) report("name", `found multiple remote ${kind} configs with job name ${goQuote(name)}`);
  remoteNames[kind].add(name);
}
