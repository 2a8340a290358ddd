// The kernel module: one file a kernel, one line here for each. Nothing allocates; every argument is an address or a number.
export { addressSpaceBytes } from "./memory";
