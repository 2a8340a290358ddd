import {
  booleanField,
  described,
  durationField,
  mapField,
  mappingField,
  numberField,
  omitEmpty,
  optionalField,
  stringField,
  withCheck,
  wordField,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { checkHeaders } from "./reserved-headers.ts";

const compressionField = {
  ...withCheck(stringField(), (compression, report) => {
    if (compression !== "" && compression !== "gzip") report("", `invalid compression type ${compression} provided, valid options: gzip`);
  }),
  schema: () => ({ enum: ["gzip", "", null] }),
};

const clientTypeField = wordField(
  ["http", "grpc"],
  "grpc",
  (text) => `expected tracing client type to be to be http or grpc, but got ${text}`,
);

/** In upstream's order (config/config.go `TracingConfig`). */
const tracingShape = {
  client_type: described(clientTypeField, "The protocol that spans are sent by."),
  endpoint: described(stringField(), "Where spans are sent."),
  sampling_fraction: described(omitEmpty(numberField(0)), "The share of traces that is kept, from 0 to 1."),
  insecure: described(omitEmpty(booleanField(false)), "Whether spans are sent without TLS."),
  tls_config: described(httpClientShape.tls_config, "How the receiver is checked, and how we show ourselves."),
  headers: described(mapField(stringField()), "Headers that each request has besides its own."),
  compression: described(compressionField, "How requests are compressed; empty is not at all."),
  timeout: described(omitEmpty(durationField(0)), "How long sending a batch may take."),
} as const;

/** The section `tracing`: where spans go. */
export type TracingSection = ConfigOf<typeof tracingShape>;

/** The section `tracing`. */
export const tracingField: Field<TracingSection | undefined> = optionalField(
  mappingField(tracingShape, {
    checks: [
      {
        of: ["endpoint"],
        check({ endpoint }, report) {
          if (endpoint === "") report("endpoint", "tracing endpoint must be set");
        },
      },
      {
        of: ["headers"],
        check: ({ headers }, report) => checkHeaders(headers, "custom authorization header configuration is not yet supported", report),
      },
    ],
  }),
);
