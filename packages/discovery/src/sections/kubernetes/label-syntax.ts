const NAME = /^(?:[A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const NAME_RULE = "consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";
const MAX_NAME_BYTES = 63;

const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const MAX_SUBDOMAIN_BYTES = 253;

/** What is wrong with the key of a Kubernetes label: a name, and before it perhaps a domain and a slash (`IsLabelKey`). */
export function labelKeyProblems(key: string): readonly string[] {
  const parts = key.split("/");
  if (parts.length > 2) return [`a valid label key must ${NAME_RULE} with an optional DNS subdomain prefix and '/'`];
  const prefixProblems = parts.length === 1 ? [] : subdomainProblems(parts[0]);
  return [...prefixProblems.map((problem) => `prefix part ${problem}`), ...nameProblems(parts[parts.length - 1])];
}

function subdomainProblems(domain: string): readonly string[] {
  if (domain === "") return ["must be non-empty"];
  return [...lengthProblems(domain, MAX_SUBDOMAIN_BYTES), ...(SUBDOMAIN.test(domain) ? [] : [SUBDOMAIN_RULE])];
}

function nameProblems(name: string): readonly string[] {
  const problems = name === "" ? ["must be non-empty"] : lengthProblems(name, MAX_NAME_BYTES);
  return [...problems, ...(NAME.test(name) ? [] : [`must ${NAME_RULE}`])].map((problem) => `name part ${problem}`);
}

/** What is wrong with the value of a Kubernetes label; it may be empty (`IsValidLabelValue`). */
export function labelValueProblems(value: string): readonly string[] {
  const isWellFormed = value === "" || NAME.test(value);
  const rule = `a valid label must be an empty string or ${NAME_RULE}`;
  return [...lengthProblems(value, MAX_NAME_BYTES), ...(isWellFormed ? [] : [rule])];
}

function lengthProblems(text: string, maxBytes: number): readonly string[] {
  return Buffer.byteLength(text) > maxBytes ? [`must be no more than ${maxBytes} bytes`] : [];
}
