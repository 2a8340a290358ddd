/** A promise that is settled from outside; the first time counts. Nobody has to wait for it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** A promise that is open. */
export function createDeferred<T>(): Deferred<T> {
  let settle: Pick<Deferred<T>, "resolve" | "reject"> | undefined;
  const promise = new Promise<T>((resolve, reject) => (settle = { resolve, reject }));
  // Where nobody waits, a rejection concerns nobody: it would end the process.
  promise.catch(() => undefined);
  if (settle === undefined) throw new Error("BUG: a promise calls what it is made of at once");
  return { promise, ...settle };
}
