/** Configuration files of one of upstream's programs, and how ours reads them. */
export interface ConfigCorpus {
  /** As in `conformance/`: `prometheus-config`. */
  readonly folder: string;
  /** Its JSON Schema, as it is published: every good file must be valid by it. */
  readonly schema: `${string}.schema.json`;
  /** Every mistake as a text of its own; empty when the file loads. `path` is absolute. */
  readonly load: (path: string) => readonly string[] | Promise<readonly string[]>;
  /** What upstream makes of a file, by its path in the folder; undefined when it is no configuration, but belongs to one. */
  readonly isGood: (file: string) => boolean | undefined;
  /** What must stand in the mistakes of a bad file: the field that upstream's message names, or its words. */
  readonly mentions: Readonly<Record<string, string>>;
}
