import type { Report } from "@ferula/config";
import { readUrl } from "./url-checks.ts";

/** Refuses a `host` that is not the address of a Docker engine: a URL of any scheme, such as `unix:///var/run/docker.sock`. */
export const dockerHostCheck = {
  of: ["host"],
  check({ host }: { readonly host: string }, report: Report): void {
    if (host === "") report("host", "host missing");
    else readUrl("host", host, report);
  },
} as const;
