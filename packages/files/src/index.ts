export { encodeFrame, readFrames } from "./frames.ts";
export { hasErrorCode, type Files, type FileStat, type OpenFile, type OpenMode } from "./files.ts";
export { nodeFiles } from "./node-files.ts";
export { glob } from "./glob.ts";
export { BadPatternError } from "./glob-pattern.ts";
export { flipBit, SECTOR_BYTES, tearSector, type Damage } from "./damage.ts";
export { createFaultyFiles, type FaultyFiles } from "./faulty-files.ts";
export { type Fault } from "./fault.ts";
export { fileErrorText } from "./file-error-text.ts";
