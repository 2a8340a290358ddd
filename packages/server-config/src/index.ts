export {
  printScrapeConfig,
  printServerConfig,
  readServerConfig,
  serverConfigSchema,
  type ReadFile,
  type ReadOptions,
  type ServerConfig,
  type ServerConfigResult,
} from "./server-config.ts";
export { type ScrapeDefaults } from "./reading.ts";
export { externalLabels, type GlobalSection } from "./global.ts";
export { type RetentionSection, type StorageSection } from "./storage.ts";
