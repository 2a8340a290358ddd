import { type Call, get } from "../call.ts";
import type { Times } from "./times.ts";

const ACCEPTED: readonly string[] = [
  ...["", "application/json", "application/json;q=0", "*/*;q=0", "text/*", "application/*", "application/xml, */*;q=0.1"],
  ...["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "nonsense", ";;;", "application/x-protobuf"],
];

const CODINGS: readonly string[] = [
  ...["gzip", "deflate", "gzip, deflate", "deflate, gzip", "br, gzip", "br", "identity", "*", ",,gzip"],
  ...["gzip;q=0", "gzip;q=1.0", "gzip;q=0.5, deflate", "deflate;q=0.5, gzip;q=1.0", "GZIP", "x-gzip", "zstd", "identity;q=1, *;q=0"],
];

/** What a client takes: its types, and its codings for answers large enough, for errors and for what comes in another form. */
export function codingCalls({ to, range }: Times): readonly Call[] {
  return [
    ...ACCEPTED.flatMap((accept) => {
      const more = { since: 3, headers: { accept } } as const;
      return [
        get("query", { query: "1", time: to }, more),
        get("query", { query: "(" }, more),
        get("openapi.yaml", {}, { ...more, compares: "status" }),
      ];
    }),
    ...CODINGS.flatMap((coding) => {
      const more = { since: 3, headers: { "accept-encoding": coding } } as const;
      return [
        get("query_range", { query: "written", ...range, step: 1 }, more),
        get("query", { query: "(" }, more),
        get("status/flags", {}, { ...more, compares: "status" }),
      ];
    }),
  ];
}
