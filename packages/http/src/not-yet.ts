import type { Field } from "@ferula/config";

/** A part of a section that is not served yet: to ignore it would be to do without what it asks for, so it is refused. */
export function notYet(): Field<undefined> {
  return {
    schema: () => ({ description: "Not supported yet." }),
    print: () => undefined,
    read(at) {
      if (at.node !== undefined) at.source.report(at, "is not supported yet");
      return undefined;
    },
  };
}
