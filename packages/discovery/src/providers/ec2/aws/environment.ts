/** Environment variables of the process, as Amazon's SDKs read them. */
export type AwsEnvironment = Readonly<Record<string, string | undefined>>;

/** The first of the variables that holds something, or "". */
export function variable(environment: AwsEnvironment, ...names: readonly string[]): string {
  for (const name of names) {
    const value = environment[name];
    if (value !== undefined && value !== "") return value;
  }
  return "";
}

/** Whether a variable is `true`, in whichever case. */
export function isSwitchedOn(environment: AwsEnvironment, name: string): boolean {
  return variable(environment, name).toLowerCase() === "true";
}
