export { eventually, type EventuallyOptions } from "./eventually.ts";
export { fakeClock, type FakeClock } from "./fake-clock.ts";
export { freePort } from "./free-port.ts";
export { inheritedSocketContract, type InheritedSocketProgram } from "./inherited-socket-contract.ts";
export { memoryStorage, type MemoryStorage } from "./memory-storage.ts";
export { startProcess, type ExitStatus, type StartedProcess, type StartOptions, type WaitOptions } from "./start-process.ts";
export { storageContract, type ContractStorage } from "./storage-contract/index.ts";
export { tempFolder } from "./temp-folder.ts";
export { webFileContract, type WebFileProgram } from "./web-file-contract/index.ts";
