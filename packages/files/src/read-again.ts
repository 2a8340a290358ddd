/**
 * What `read` gives, at its second try where the first one fails by the system's word: a disk or a connection to one that fails once often
 * does not the next time, and what can't be read is left out for long. Throws what the second try throws. Errors without a system's code are
 * thrown at once.
 */
export function readAgain<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (typeof (error as { readonly code?: unknown }).code !== "string") throw error;
    return read();
  }
}
