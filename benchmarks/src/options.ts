/**
 * Reads `--measure-s=20` into the option `measureS`; only whole numbers are options. `--quick` takes the defaults of a small run, where a
 * case has them, before the others count. Throws with the names there are.
 */
export function readOptions<T extends Readonly<Record<string, number>>>(defaults: T, args: readonly string[], quick?: Partial<T>): T {
  const names = new Map(Object.keys(defaults).map((key) => [key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), key]));
  const isQuick = quick !== undefined && args.includes("--quick");
  const given = args
    .filter((arg) => quick === undefined || arg !== "--quick")
    .map((arg) => {
      const [, name = "", value] = /^--([a-z-]+)=(\d+)$/.exec(arg) ?? [];
      const key = names.get(name);
      if (key === undefined) throw new Error(`cannot read the option ${arg}: there are ${[...names.keys()].join(", ")}`);
      return [key, Number(value)] as const;
    });
  return { ...defaults, ...(isQuick ? quick : {}), ...Object.fromEntries(given) };
}
