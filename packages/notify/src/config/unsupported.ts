import type { Field } from "@ferula/config";

/** Something that we can't do yet: asking for it is refused, as a notification that is silently not sent is the worst of all. */
export function unsupported(what: string): Field<undefined> {
  return {
    schema: () => ({}),
    print: () => undefined,
    read(at) {
      if (at.node !== undefined) at.source.report(at, `${what} is not supported yet`);
      return undefined;
    },
  };
}
