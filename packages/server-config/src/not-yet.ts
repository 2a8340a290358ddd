import { anyField, listField, withCheck, type Field } from "@ferula/config";

/** A setting that can't be served yet: to ignore it would lose data or hide failures. Absent, it is undefined. */
export function notYet(what: string): Field<undefined> {
  return {
    schema: () => ({ type: "null" }),
    print: () => undefined,
    read(at) {
      if (at.node !== undefined) at.source.report(at, `${what} is not supported yet`);
      return undefined;
    },
  };
}

/** As `notYet`, but an empty list asks for nothing. */
export function notYetList(what: string): Field<readonly unknown[]> {
  return withCheck(listField(anyField()), (items, report) => {
    if (items.length > 0) report("", `${what} is not supported yet`);
  });
}

/** A setting of which `accepts` says what we do anyway; everything else is refused. */
export function onlyWhere<T>(field: Field<T>, accepts: (value: T) => boolean, what: string): Field<T> {
  return withCheck(field, (value, report) => {
    if (!accepts(value)) report("", `${what} is not supported yet`);
  });
}
