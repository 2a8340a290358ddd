import { splitFields } from "./fields.ts";

/** A line of mountinfo (proc_pid_mountinfo(5)). */
export interface Mount {
  /** The source: a device's path, a server's export, or a name such as `tmpfs`. */
  readonly device: string;
  readonly mountPoint: string;
  readonly fsType: string;
  readonly major: string;
  readonly minor: string;
  /** True when the mount or the filesystem behind it takes no writes, or gave up taking them after an error. */
  readonly isReadOnly: boolean;
}

/** Fields of a line before the optional ones, which a lone `-` ends. */
const FIXED_FIELDS = 6;

/** The mounts of a mountinfo file, in its order. Throws on a line of another form. */
export function parseMountinfo(text: string): readonly Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const fields = splitFields(line);
    const separator = fields.indexOf("-", FIXED_FIELDS);
    const [major, minor] = fields[2]?.split(":") ?? [];
    if (separator < 0 || minor === undefined || fields.length < separator + 3) {
      throw new Error(`cannot read mountinfo: unexpected line ${JSON.stringify(line)}`);
    }
    const options = fields[5].split(",");
    // The source of a mount may be empty, which leaves only two fields.
    const hasSource = fields.length > separator + 3;
    const superOptions = fields[fields.length - 1].split(",");
    mounts.push({
      major,
      minor,
      mountPoint: decodeEscapes(fields[4]),
      fsType: fields[separator + 1],
      device: hasSource ? decodeEscapes(fields[separator + 2]) : "",
      isReadOnly: options.includes("ro") || superOptions.includes("ro") || superOptions.includes("emergency_ro"),
    });
  }
  return mounts;
}

/** The kernel writes spaces, tabs, line breaks and backslashes as three octal digits. */
function decodeEscapes(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([0-7]{3})/g, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
