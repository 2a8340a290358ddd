/** What was taken off before the path of a request, such as the prefix of the routes. An address that names a host does not become one that leads there. */
export function prefixOf(address: string, path: string): string {
  return address.startsWith("/") ? address.slice(0, address.length - searchOf(address).length - path.length) : "";
}

/** The query of an address, with its question mark; "" for none. */
export function searchOf(address: string): string {
  const mark = address.indexOf("?");
  return mark < 0 ? "" : address.slice(mark);
}
