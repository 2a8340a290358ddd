/** What the system says of a file, in Go's words. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "no such file or directory",
  EACCES: "permission denied",
  EISDIR: "is a directory",
  ENOTDIR: "not a directory",
  EMFILE: "too many open files",
  ELOOP: "too many levels of symbolic links",
};

/** Why a file could not be read, as Go's `fs.PathError` says it: `open /x: no such file or directory`. */
export function fileErrorText(path: string, error: unknown): string {
  const { code = "", message } = error as NodeJS.ErrnoException;
  // A folder can be opened, but not read.
  return Object.hasOwn(REASONS, code) ? `${code === "EISDIR" ? "read" : "open"} ${path}: ${REASONS[code]}` : message;
}
