export { printScrapeConfig, printServerConfig, readServerConfig, type ReadFile, type ServerConfig } from "./server-config.ts";
export { externalLabels, type GlobalSection } from "./global.ts";
export { type RetentionSection, type StorageSection } from "./storage.ts";
