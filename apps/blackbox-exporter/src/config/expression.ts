import { mappedField, stringField, type Field } from "@ferula/config";
import { compileRegexp, type Regexp } from "@ferula/regexp";

const nothing = compileRegexp("", { anchored: false });

/** A regular expression that may match anywhere, with upstream's words for one that can't be compiled. */
export const expressionField: Field<Regexp> = mappedField(
  stringField(),
  (text, report) => {
    try {
      return compileRegexp(text, { anchored: false });
    } catch {
      report("", `"Could not compile regular expression" regexp="${text}"`);
      return nothing;
    }
  },
  ({ pattern }) => pattern,
);
