/** One mistake in a configuration file. */
export interface ConfigError {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
  /** Where in the document: `scrape_configs[0].job_name`; "" is the document itself. */
  readonly path: string;
  readonly reason: string;
}

/** One line for each mistake: `file:line:column: path: reason`. */
export function formatConfigErrors(errors: readonly ConfigError[]): string {
  return errors
    .map(({ file, line, column, path, reason }) => `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${reason}`)
    .join("\n");
}

/** Nobody reads more mistakes than this, and a hostile file may hold millions. */
export const MAX_FINDINGS = 100;
