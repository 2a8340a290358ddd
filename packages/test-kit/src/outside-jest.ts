export { eventually, type EventuallyOptions } from "./eventually.ts";
export { freePort } from "./free-port.ts";
