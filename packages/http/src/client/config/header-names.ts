import type { Report } from "@ferula/config";

/** Headers that belong to the client itself (common/config `ReservedHeaders`). */
const RESERVED: ReadonlySet<string> = new Set(
  "Authorization Host Content-Encoding Content-Length Content-Type User-Agent Connection Keep-Alive Proxy-Authenticate Proxy-Authorization Www-Authenticate Accept-Encoding X-Prometheus-Remote-Write-Version X-Prometheus-Remote-Read-Version X-Prometheus-Scrape-Timeout-Seconds X-Amz-Date X-Amz-Security-Token X-Amz-Content-Sha256".split(
    " ",
  ),
);

/** Reports the names under `http_headers` that nobody may set, in upstream's words. */
export function checkHeaderNames(names: Iterable<string>, report: Report): void {
  for (const name of names) {
    const canonical = canonicalHeaderName(name);
    if (RESERVED.has(canonical)) report("http_headers", `setting header "${canonical}" is not allowed`);
  }
}

/** As Go writes the name of a header: `X-My-Header`. */
function canonicalHeaderName(name: string): string {
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}
