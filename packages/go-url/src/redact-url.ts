import { escapedUser, unescapeText } from "./escape.ts";

/** What stands before the last `@` of an authority, which ends at the first of `/?#`. */
const USER_INFO = /^([^/?#]*\/\/)([^/?#]*)@/;

/**
 * The text of a URL with its password masked and the name before it encoded, as Go's `URL.Redacted` shows it. The rest stays as it is,
 * so that a text that is no URL, which a message has to show, is masked, too.
 */
export function redactUrl(text: string): string {
  return text.replace(USER_INFO, (written: string, before: string, user: string) => {
    const colon = user.indexOf(":");
    return colon < 0 ? written : `${before}${encodedName(user.slice(0, colon))}:xxxxx@`;
  });
}

function encodedName(name: string): string {
  try {
    return escapedUser(unescapeText(name));
  } catch {
    return name;
  }
}
