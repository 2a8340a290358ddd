import { withCheck, type Field, type Report } from "@ferula/config";

/** A field, and where each section that it has read stands. */
export interface PlacedField<T> {
  readonly field: Field<T>;
  /** Reports a mistake at a key of a section that was read. */
  readonly reportAt: (section: T) => Report;
}

/** Remembers places for the checks that see the whole file: a receiver that is missing is a mistake of the route that names it. */
export function placedField<T extends object>(field: Field<T>): PlacedField<T> {
  const reports = new WeakMap<T, Report>();
  return {
    field: withCheck(field, (section, report) => void reports.set(section, report)),
    reportAt(section) {
      const report = reports.get(section);
      if (report === undefined) throw new Error("BUG: the section was not read by this field");
      return report;
    },
  };
}
