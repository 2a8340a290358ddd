/**
 * What a flag of upstream's does here when it does not do what upstream says: it may mean something to Go only (`ignored`), be accepted
 * with a warning (`without-effect`), or be refused because a program without it would do less than its user believes (`refused`).
 */
export type FlagSupport = "full" | "ignored" | "without-effect" | "refused";

/** What every kind of flag may say about itself. `T` is the type of its value. */
export interface FlagOptions<T> {
  /** One or more sentences for `--help`. */
  readonly help: string;
  /** The value when the flag is not given. Without it: "" for texts, 0 for numbers and durations, false for switches. */
  readonly default?: T;
  /** One character, so that `-c x` works beside `--config x`. */
  readonly short?: string;
  /** Leaves the flag out of `--help`. */
  readonly hidden?: boolean;
  /** Refuses a command line without the flag. */
  readonly required?: boolean;
  /** What stands behind `=` in `--help` instead of the default: `<path>`. */
  readonly placeholder?: string;
  /** Default "full". Only a value other than the default is warned of or refused. */
  readonly support?: FlagSupport;
  readonly repeatable?: false;
}

/** A flag that may be given more than once; its value is the list of what was given, or the default when it never was. */
export interface RepeatableFlagOptions<T> extends Omit<FlagOptions<T>, "default" | "repeatable"> {
  readonly repeatable: true;
  readonly default?: readonly T[];
}

/** Options of a flag that has no natural empty value: it has a default, or it must be given. */
export type ChoiceFlagOptions<T> = FlagOptions<T> & ({ readonly default: T } | { readonly required: true });

/** A flag's definition. `T` is the type of `values[name]`: an item's, or a readonly array for a repeatable flag. */
export interface Flag<T> {
  readonly help: string;
  readonly short: string | undefined;
  readonly isHidden: boolean;
  readonly isRequired: boolean;
  readonly isRepeatable: boolean;
  readonly support: FlagSupport;
  /** A switch is written `--x` or `--no-x`, never `--x=true`. */
  readonly isSwitch: boolean;
  /** What `--help` prints behind `=`; undefined means the flag's name in capitals. */
  readonly placeholder: string | undefined;
  /** The value of a command line without the flag. */
  readonly defaultValue: T;
  /**
   * Reads the texts given, in order and at least one; a switch is given the texts `true` and `false`. Throws an Error whose message says
   * what is wrong with the text, without the flag's name.
   */
  readonly read: (texts: readonly string[]) => T;
  /** The value as Go prints it: `5m`, `false`, `a,b`. */
  readonly print: (value: T) => string;
}
