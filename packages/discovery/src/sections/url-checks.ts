import { stringField, type Field, type Report } from "@ferula/config";
import { parseUrl, redactUrl, type GoUrl } from "@ferula/go-url";

/** The parts of the URL under `key`, or a report of what is wrong with it; `prefix` stands before Go's words. */
export function readUrl(key: string, text: string, report: Report, prefix: string = ""): GoUrl | undefined {
  try {
    return parseUrl(text);
  } catch (error) {
    report(key, prefix + (error as Error).message);
    return undefined;
  }
}

/** A URL or reference as common/config `URL` takes it; "" is one too, and undefined is none. */
export function goUrlField(): Field<string | undefined> {
  const field = stringField();
  return {
    ...field,
    print: (url) => (url === undefined ? undefined : redactUrl(url)),
    read(at) {
      if (at.node === undefined) return undefined;
      const text = field.read(at);
      // A mistake of the text itself has been reported.
      if (typeof text === "string") readUrl("", text, (_key, reason) => at.source.report(at, reason));
      return text;
    },
  };
}

/** Refuses a `url` that is none of the web. */
export const webUrlCheck = {
  of: ["url"],
  check({ url }: { readonly url: string }, report: Report): void {
    if (url === "") return report("url", "URL is missing");
    const parts = readUrl("url", url, report);
    if (parts === undefined) return;
    if (parts.scheme !== "http" && parts.scheme !== "https") report("url", "URL scheme must be 'http' or 'https'");
    else if (parts.host === "") report("url", "host is missing in URL");
  },
} as const;
