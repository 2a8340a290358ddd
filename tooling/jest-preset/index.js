import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Tests run from sources (the export condition "source"), so a package needs no build before its tests. */
export default {
  // One cache of stripped sources for all workspaces: it is kept by this name, else by each one's folder.
  id: "ferula",
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["source", "node", "node-addons"] },
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$|/(?:fast-check/lib/(?!cjs/)|pure-rand/lib/esm/|re2js/build/).*\\.js$": require.resolve("./transformer.cjs") },
  // These few of others' modules spend a test's time on globals, see the transformer.
  transformIgnorePatterns: ["/node_modules/(?!.*(?:fast-check|pure-rand|re2js)/)"],
  testMatch: ["<rootDir>/test/**/*.test.ts"],
  // turbo runs one package a core; more workers in each would only fight.
  maxWorkers: 1,
  // A machine that is busy is slow; only what hangs shall fail.
  testTimeout: 60_000,
};
