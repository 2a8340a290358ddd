import { isPromError } from "@ferula/model";

/** Something that is wrong with what lies in the folder of the blocks. */
export interface BlockFault {
  /** The name of the block or of the folder. */
  readonly name: string;
  readonly reason: string;
}

/** What is told of an error about what is on disk. Others are bugs and thrown on. */
export function faultOf(name: string, error: unknown): BlockFault {
  if (isPromError(error) || hasCode(error)) return { name, reason: error.message };
  throw error;
}

/** Whether it is the file system's. */
function hasCode(error: unknown): error is Error {
  return typeof error === "object" && error !== null && typeof (error as { code?: unknown }).code === "string";
}
