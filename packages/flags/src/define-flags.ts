import type { Flag } from "./flag.ts";

/** Flags by name, in the order in which `--help` lists them. */
// oxlint-disable-next-line typescript/no-explicit-any -- a flag both reads and prints its own T, so no other type stands for all of them
export type FlagShape = Readonly<Record<string, Flag<any>>>;

/** The typed values of a shape: `values["web.listen-address"]` has the type its definition gave it. */
export type FlagValues<S extends FlagShape> = { readonly [Name in keyof S]: S[Name] extends Flag<infer T> ? T : never };

/** A program's command line. */
export interface FlagsDefinition<S extends FlagShape> {
  /** The program's name as it stands in messages, `prometheus`. */
  readonly program: string;
  /** What the program is, in a sentence. */
  readonly help: string;
  readonly flags: S;
}

/** Flags that every program has without defining them. */
export const builtInFlags: readonly string[] = ["help", "help-long", "version"];

/**
 * Returns a definition as it is, so that the compiler infers the type of every flag. Throws "BUG: …" when two flags cannot be told
 * apart or a name cannot be written on a command line.
 */
export function defineFlags<const S extends FlagShape>(definition: FlagsDefinition<S>): FlagsDefinition<S> {
  const taken = new Set(["-h"]);
  const take = (written: string): void => {
    if (taken.has(written)) throw new Error(`BUG: ${definition.program} defines the flag ${written} twice`);
    taken.add(written);
  };
  for (const name of builtInFlags) take(`--${name}`);
  for (const [name, flag] of Object.entries(definition.flags)) {
    if (!/^[a-z0-9][a-z0-9_.-]*$/i.test(name)) throw new Error(`BUG: ${definition.program} defines a flag named ${JSON.stringify(name)}`);
    take(`--${name}`);
    if (flag.isSwitch) take(`--no-${name}`);
    if (flag.short === undefined) continue;
    if (!/^[a-z0-9]$/i.test(flag.short)) throw new Error(`BUG: the short form of --${name} must be one letter or digit`);
    take(`-${flag.short}`);
  }
  return definition;
}
