/** The pattern that matches exactly `text`: every character with a meaning gets a backslash, as Go's regexp.QuoteMeta does. */
export function quoteMeta(text: string): string {
  return text.replace(/[\\.+*?()|[\]{}^$]/g, "\\$&");
}
