// The kernel module: one file a kernel, one line here for each. Nothing allocates; every argument is an address or a number.
export { addressSpaceBytes } from "./memory";
export { decodeRun } from "./chunk-run";
export { xorDecode } from "./xor-decode";
export { xor2Decode } from "./xor2-decode";
export { parseDecimal } from "./parse-float";
export { diffLines } from "./line-diff";
export { pointsReached, writeJsonFloat, writeJsonPoints } from "./float-text";
