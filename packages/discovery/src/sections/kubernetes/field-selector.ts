/**
 * Checks a selector of fields, such as `metadata.name=web,status.phase!=Failed`, by the grammar of Kubernetes (apimachinery
 * pkg/fields `ParseSelector`). A backslash takes the meaning from a comma, an equals sign and itself. Throws an Error in its words.
 */
export function checkFieldSelector(text: string): void {
  const terms = text.match(/(?:\\[^]|[^\\,]|\\$)+/gu) ?? [];
  for (const term of [...terms].sort()) {
    const operator = /[!=]=|=/.exec(term);
    if (operator === null) throw new Error(`invalid selector: '${text}'; can't understand '${term}'`);
    checkEscapes(term.slice(operator.index + operator[0].length));
  }
}

function checkEscapes(value: string): void {
  const rest = value.replace(/\\[\\,=]/g, "");
  const [found] = /\\.?|=/su.exec(rest) ?? [];
  if (found === "=") throw new Error(`invalid field selector: unescaped character in value: ${"=".charCodeAt(0)}`);
  if (found !== undefined) throw new Error(`invalid field selector: invalid escape sequence: ${found}`);
}
