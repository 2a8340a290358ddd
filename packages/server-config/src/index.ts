export { externalLabels, printScrapeConfig, printServerConfig, readServerConfig, type GlobalSection, type ServerConfig } from "./server-config.ts";
