import { booleanField, listField, mappingField, omitEmpty, optionalField, stringField, type ConfigOf, type Field } from "@ferula/config";
import { expressionField } from "./expression.ts";

const stepShape = {
  expect: optionalField(expressionField),
  expect_bytes: stringField(),
  labels: listField(mappingField({ name: stringField(), value: stringField() })),
  send: stringField(),
  starttls: omitEmpty(booleanField(false)),
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
