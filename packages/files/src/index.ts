export { hasErrorCode, type Files, type FileStat, type OpenFile, type OpenMode } from "./files.ts";
export { nodeFiles } from "./node-files.ts";
export { createFaultyFiles, type Fault, type FaultyFiles } from "./faulty-files.ts";
