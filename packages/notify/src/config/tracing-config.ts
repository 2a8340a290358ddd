import {
  booleanField,
  described,
  durationField,
  listField,
  mapField,
  mappingField,
  numberField,
  omitEmpty,
  optionalField,
  requiredField,
  secretField,
  stringField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { needed } from "./part-checks.ts";
import { cwdTlsField } from "./tls-config.ts";

const headerField = mappingField({
  values: described(listField(stringField()), "Values in plain text."),
  secrets: described(listField(requiredField(secretField())), "Values that are never shown."),
  files: described(listField(stringField()), "Files that hold values."),
});

const shape = {
  client_type: described(stringField("grpc"), "The protocol that spans are sent by, `http` or `grpc`."),
  endpoint: described(stringField(), "Where spans are sent."),
  sampling_fraction: described(omitEmpty(numberField(0)), "The share of traces that is kept, from 0 to 1."),
  insecure: described(omitEmpty(booleanField(false)), "Whether spans are sent without TLS."),
  tls_config: described(optionalField(cwdTlsField), "How the receiver is checked, and how we show ourselves."),
  headers: described(mapField(headerField), "Headers that each request has besides its own."),
  compression: described(stringField(), "How requests are compressed: `gzip`, or empty for not at all."),
  timeout: described(omitEmpty(durationField(0)), "How long sending a batch may take."),
} as const;

/** The section `tracing`. */
export type TracingSection = ConfigOf<typeof shape>;

/** The section `tracing` (tracing/config.go). */
export const tracingField: Field<TracingSection> = mappingField(shape, {
  checks: [
    needed("endpoint", "tracing endpoint must be set"),
    {
      of: ["client_type"],
      check({ client_type: type }, report) {
        if (!/^(?:http|grpc)$/.test(type)) report("client_type", `expected tracing client type to be to be http or grpc, but got ${type}`);
      },
    },
    {
      of: ["compression"],
      check({ compression }, report) {
        if (!/^(?:gzip)?$/.test(compression))
          report("compression", `invalid compression type ${compression} provided, valid options: gzip`);
      },
    },
  ],
});
