import { readFileSync } from "node:fs";
import { hasErrorCode } from "@ferula/files";

/**
 * The text of a small file of /sys or /proc without the white space at its ends, or undefined when there is none to be had: no such file
 * (ENOENT, ENOTDIR), none for this user (EACCES, EPERM), or a device that does not answer what the file asks for (EINVAL, EIO, ENODATA,
 * EOPNOTSUPP). Other errors are thrown.
 */
export function readOptional(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    if (absentCodes.some((code) => hasErrorCode(error, code))) return undefined;
    throw error;
  }
}

const absentCodes = ["ENOENT", "ENOTDIR", "EACCES", "EPERM", "EINVAL", "EIO", "ENODATA", "EOPNOTSUPP"] as const;
