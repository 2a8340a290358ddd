export { ByteReader } from "./byte-reader.ts";
export { ByteWriter } from "./byte-writer.ts";
export { crc32c } from "./crc32c.ts";
export { compareUtf8 } from "./utf8-order.ts";
export { lowerCase, upperCase } from "./letter-case.ts";
export { isSoundSnappyBlock, snappyDeclaredBytes } from "./snappy-block.ts";
