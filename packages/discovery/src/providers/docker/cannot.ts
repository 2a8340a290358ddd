/** What `work` makes; its error becomes the cause of one that says what could not be done. */
export async function cannot<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(what, { cause: error });
  }
}
