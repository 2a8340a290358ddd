/** Plain data as YAML in blocks; texts are quoted as JSON, which YAML reads. */
export function toYaml(value: unknown): string {
  return `${block(value, "")}\n`;
}

function block(value: unknown, indent: string): string {
  if (Array.isArray(value)) return value.map((item) => `${indent}- ${inItem(item, indent)}`).join("\n");
  return Object.entries(value as object)
    .map(([key, field]) => `${indent}${keyText(key)}:${behindKey(field, indent)}`)
    .join("\n");
}

/** An item begins on the line of its dash. */
function inItem(item: unknown, indent: string): string {
  return isPlain(item) ? JSON.stringify(item) : block(item, `${indent}  `).trimStart();
}

function behindKey(value: unknown, indent: string): string {
  return isPlain(value) ? ` ${JSON.stringify(value)}` : `\n${block(value, `${indent}  `)}`;
}

/** What stands on one line. */
function isPlain(value: unknown): boolean {
  return typeof value !== "object" || value === null || Object.keys(value).length === 0;
}

function keyText(key: string): string {
  return /^[\w/{}$.-]*[a-z][\w/{}.-]*$/i.test(key) && !key.startsWith("{") ? key : JSON.stringify(key);
}
