import { requiredField, stringField, type Field } from "@ferula/config";
import { parseUrl, redactUrl } from "@ferula/go-url";

const text = stringField();

/**
 * The address of a remote storage, as it was written: any URL or reference (common/config `URL`). What can't be sent to is told when it
 * is sent to. `absentReason` is told where there is none; a password in it is masked when it is printed.
 */
export function remoteUrlField(absentReason: string): Field<string> {
  const field: Field<string> = {
    ...text,
    print: redactUrl,
    read(at) {
      const url = text.read(at);
      if (typeof url !== "string") return url;
      try {
        parseUrl(url);
      } catch (error) {
        at.source.report(at, (error as Error).message);
      }
      return url;
    },
  };
  return requiredField(field, absentReason);
}
