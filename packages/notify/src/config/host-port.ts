import { mappedField, stringField, type Field, type Report } from "@ferula/config";

/** An address `host:port`, as it was written; empty for none. */
export function hostPortField(): Field<string> {
  return mappedField(
    stringField(),
    (address, report) => {
      checkHostPort(address, report);
      return address;
    },
    (address) => address,
  );
}

/** An address in its parts, the host without brackets. Undefined for one that `hostPortField` refuses. */
export function splitHostPort(address: string): { readonly host: string; readonly port: string } | undefined {
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(address);
  return match === null ? undefined : { host: match[1] ?? match[2], port: match[3] };
}

/** The reasons are those of Go's net.SplitHostPort. */
function checkHostPort(address: string, report: Report): void {
  if (address === "") return;
  const parts = splitHostPort(address);
  if (parts?.port === "") report("", `address "${address}": port cannot be empty`);
  if (parts !== undefined) return;
  const [, after = address] = /^\[[^\]]*\](.*)$/.exec(address) ?? [];
  const reason = address.startsWith("[") && !address.includes("]") ? "missing ']' in address" : colonProblem(after);
  report("", `address ${address}: ${reason}`);
}

function colonProblem(after: string): string {
  const colons = after.split(":").length - 1;
  if (colons === 0) return "missing port in address";
  if (colons > 1) return "too many colons in address";
  return `unexpected '${after.includes("[") ? "[" : "]"}' in address`;
}
