import {
  booleanField,
  described,
  listField,
  mappingField,
  omitEmpty,
  optionalField,
  stringField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { expressionField } from "./expression.ts";

const labelField = mappingField({
  name: described(stringField(), "The label's name."),
  value: described(stringField(), "The label's value; `$1` and `${name}` stand for what groups have matched."),
});

const stepShape = {
  expect: described(optionalField(expressionField), "The expression that a line must match to go on."),
  expect_bytes: described(stringField(), "The bytes that must come to go on."),
  labels: described(listField(labelField), "Labels of `probe_expect_info`, made from what has matched."),
  send: described(stringField(), "What is sent; `$1` and `${name}` stand for what groups have matched."),
  starttls: described(omitEmpty(booleanField(false)), "Whether TLS begins after this step."),
} as const;

/** One step of a conversation: what to wait for, and what to say. */
export type QueryResponseStep = ConfigOf<typeof stepShape>;

/** The list `query_response`. */
export const queryResponseField: Field<readonly QueryResponseStep[]> = listField(
  mappingField(stepShape, {
    checks: [
      {
        of: ["expect", "expect_bytes"],
        check({ expect, expect_bytes: bytes }, report) {
          if (expect !== undefined && bytes !== "") report("expect_bytes", "expect and expect_bytes are mutually exclusive");
        },
      },
    ],
  }),
);
