import {
  booleanField,
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
  values: listField(stringField()),
  secrets: listField(requiredField(secretField())),
  files: listField(stringField()),
});

const shape = {
  client_type: stringField("grpc"),
  endpoint: stringField(),
  sampling_fraction: omitEmpty(numberField(0)),
  insecure: omitEmpty(booleanField(false)),
  tls_config: optionalField(cwdTlsField),
  headers: mapField(headerField),
  compression: stringField(),
  timeout: omitEmpty(durationField(0)),
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
