import { redactUrl } from "@ferula/go-url";
import type { Field } from "./field.ts";
import { ANY_SCALAR, scalarField } from "./scalars.ts";
import { reveal, secret, SECRET_TEXT, type Secret } from "./secret.ts";

/** An absolute http or https URL, as it was written. A password in it is masked when it is printed, as Go's `URL.Redacted` does. */
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
  const [, scheme = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text) ?? [];
  if (!/^https?$/i.test(scheme)) throw new Error(`unsupported scheme "${scheme}" for URL`);
  // The WHATWG parser mends `http:host` and `http:///host`; Go's finds no host in them.
  const [, authority = ""] = /^https?:\/\/([^/?#]*)/i.exec(text) ?? [];
  if (/^(?::|$)/.test(authority.slice(authority.lastIndexOf("@") + 1))) throw new Error("missing host for URL");
  if (!URL.canParse(text)) throw new Error(`"${redactUrl(text)}" is not a URL`);
  return text;
}

/** A message must not tell what is to stay secret. */
function checkedSecretUrl(text: string): string {
  try {
    return checkedUrl(text);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(message.includes("is not a URL") ? "the text is not a URL" : message, { cause: error });
  }
}
