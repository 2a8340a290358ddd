/** The text of a URL with its password masked, as Go's `URL.Redacted` shows it. What is no URL stays as it is. */
export function redactUrl(text: string): string {
  return text.replace(/^([A-Za-z][A-Za-z\d+.-]*:\/\/[^/?#@:]*):[^/?#]*@/, "$1:xxxxx@");
}
