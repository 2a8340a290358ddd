export { type ChoiceFlagOptions, type Flag, type FlagOptions, type FlagSupport, type RepeatableFlagOptions } from "./flag.ts";
export { boolFlag, bytesFlag, durationFlag, enumFlag, floatFlag, goDurationFlag, intFlag, stringFlag } from "./flag-kinds.ts";
export { defineFlags, type FlagsDefinition, type FlagShape, type FlagValues } from "./define-flags.ts";
export { flagsDocumentation } from "./documentation.ts";
export { parseFlags, type ExitFlags, type ParsedFlags, type ParseOptions, type RunFlags } from "./parse-flags.ts";
export { ferulaVersion, standInVersion, versionText, type VersionInfo } from "./version-text.ts";
export { logFlags, toolkitFlags, webFlags, type LogFlags, type ToolkitFlags, type WebFlags } from "./shared-flags.ts";
export { formatSize } from "./size.ts";
