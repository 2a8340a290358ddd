import {
  booleanField,
  durationField,
  mapField,
  mappingField,
  numberField,
  omitEmpty,
  optionalField,
  stringField,
  unservedField,
  withCheck,
  type ConfigOf,
  type Field,
} from "@ferula/config";
import { httpClientShape } from "@ferula/http";
import { wordField } from "@ferula/scrape";
import { checkHeaders } from "./reserved-headers.ts";

/** In upstream's order (config/config.go `TracingConfig`). */
const tracingShape = {
  client_type: wordField(["http", "grpc"], "grpc", (text) => `expected tracing client type to be to be http or grpc, but got ${text}`),
  endpoint: stringField(),
  sampling_fraction: omitEmpty(numberField(0)),
  insecure: omitEmpty(booleanField(false)),
  tls_config: httpClientShape.tls_config,
  headers: mapField(stringField()),
  compression: {
    ...withCheck(stringField(), (compression, report) => {
      if (compression !== "" && compression !== "gzip") report("", `invalid compression type ${compression} provided, valid options: gzip`);
    }),
    schema: () => ({ enum: ["gzip", "", null] }),
  },
  timeout: omitEmpty(durationField(0)),
} as const;

/** The section `tracing`: where spans go. */
export type TracingSection = ConfigOf<typeof tracingShape>;

/** The section `tracing`. */
export const tracingField: Field<TracingSection | undefined> = optionalField(
  unservedField(
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
    "tracing",
  ),
);
