import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Tests run from sources (the export condition "source"), so a package needs no build before its tests. */
export default {
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["source", "node", "node-addons"] },
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": require.resolve("./transformer.cjs") },
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // turbo runs one package a core; more workers in each would only fight.
  maxWorkers: 1,
  // A machine that is busy is slow; only what hangs shall fail.
  testTimeout: 60_000,
};
