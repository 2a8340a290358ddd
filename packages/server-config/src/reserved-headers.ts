import type { Report } from "@ferula/config";

/** Headers that belong to the protocols themselves, in small letters (config/config.go `reservedHeaders`). */
const RESERVED: ReadonlySet<string> = new Set(
  "host content-encoding content-length content-type user-agent connection keep-alive proxy-authenticate proxy-authorization www-authenticate accept-encoding x-prometheus-remote-write-version x-prometheus-remote-read-version x-amz-date x-amz-security-token x-amz-content-sha256".split(
    " ",
  ),
);

/** Reports headers of a section's `headers` that nobody may set. `authorizationReason` is told of the one that other fields set. */
export function checkHeaders(headers: ReadonlyMap<string, string>, authorizationReason: string, report: Report): void {
  for (const name of headers.keys()) {
    const lower = name.toLowerCase();
    if (lower === "authorization") report("headers", authorizationReason);
    else if (RESERVED.has(lower)) report("headers", `${name} is a reserved header. It must not be changed`);
  }
}
