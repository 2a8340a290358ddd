export {
  anyField,
  listField,
  mapField,
  mappedField,
  mappingField,
  optionalField,
  requiredField,
  withCheck,
  type Report,
} from "./collections.ts";
export { formatConfigErrors, type ConfigError } from "./config-error.ts";
export { described, type ConfigOf, type Field, type JsonSchema, type Shape } from "./field.ts";
export { jsonSchema, printConfig, printField, readConfig, readField, type ConfigResult } from "./read-config.ts";
export {
  booleanField,
  bytesField,
  durationField,
  enumField,
  goDurationField,
  integerField,
  numberField,
  pathField,
  regexpField,
  secretField,
  stringField,
  urlField,
  type NumberRange,
} from "./scalars.ts";
export { reveal, secret, SECRET_TEXT, type Secret } from "./secret.ts";
