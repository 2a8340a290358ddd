import { parseUrl, redactUrl, UrlError } from "@ferula/go-url";
import type { Field } from "./field.ts";
import { ANY_SCALAR, scalarField } from "./scalars.ts";
import { reveal, secret, SECRET_TEXT, type Secret } from "./secret.ts";

/** An absolute http or https URL as Go's parser takes it, as it was written. A password in it is masked when it is printed, as Go's `URL.Redacted` does. */
export function urlField(): Field<string | undefined> {
  return scalarField<string | undefined>(
    "a URL",
    undefined,
    ({ text }) => (text === "" ? undefined : checkedUrl(text)),
    { type: ["string", "null"] },
    (url) => (url === undefined ? undefined : redactUrl(url)),
  );
}

/** A URL that is a secret as a whole, as those of chat webhooks are. What was printed, `<secret>`, is taken back. */
export function secretUrlField(): Field<Secret | undefined> {
  return scalarField<Secret | undefined>(
    "a URL",
    undefined,
    ({ text }) => (text === "" ? undefined : secret(text === SECRET_TEXT ? text : checkedSecretUrl(text))),
    ANY_SCALAR,
    (url) => (url === undefined || reveal(url) === "" ? undefined : SECRET_TEXT),
  );
}

function checkedUrl(text: string): string {
  const url = parseUrl(text);
  if (url.scheme !== "http" && url.scheme !== "https") throw new Error(`unsupported scheme "${url.scheme}" for URL`);
  if (url.host === "") throw new Error("missing host for URL");
  return text;
}

/** A message must not tell what is to stay secret. */
function checkedSecretUrl(text: string): string {
  try {
    return checkedUrl(text);
  } catch (error) {
    if (error instanceof UrlError) throw new Error("the text is not a URL", { cause: error });
    throw error;
  }
}
