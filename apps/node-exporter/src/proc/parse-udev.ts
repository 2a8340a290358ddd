/**
 * The properties of a device in udev's database: the lines `E:NAME=value` of a file in /run/udev/data. Other lines are of no use here.
 */
export function parseUdevProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const line of text.split("\n")) {
    const equal = line.indexOf("=");
    if (line.startsWith("E:") && equal > 0) properties.set(line.slice(2, equal), line.slice(equal + 1));
  }
  return properties;
}
