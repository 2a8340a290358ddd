import type { Environment } from "./reading.ts";

/** A dollar with a name in braces, with braces that are not closed, with one of the shell's own variables, or with a plain name. */
const VARIABLE = /\$(?:\{([^}]*)\}|(\{)|([*#$@!?\-0-9])|([A-Za-z_]\w*))/g;

/**
 * A text with `$NAME` and `${NAME}` taken from the environment and `$$` being a dollar, as Go's os.Expand has it. A variable that is
 * not set, or empty, is empty, and `onEmpty` is told of it.
 */
export function expandEnvironment(text: string, environment: Environment, onEmpty: (name: string) => void): string {
  return text.replace(VARIABLE, (_all, braced?: string, _open?: string, special?: string, plain?: string) => {
    const name = braced ?? special ?? plain ?? "";
    // Braces around nothing, and such as are not closed, are eaten.
    if (name === "" || name === "$") return name;
    const value = environment[name] ?? "";
    if (value === "") onEmpty(name);
    return value;
  });
}
