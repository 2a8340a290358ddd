export { anyField, listField, mapField, mappingField, type MappingOptions, type PartCheck } from "./collections.ts";
export { formatConfigErrors, type ConfigError } from "./config-error.ts";
export { described, describedLike, type ConfigOf, type Field, type JsonSchema, type Shape } from "./field.ts";
export {
  deprecatedField,
  flowList,
  keepEmpty,
  mappedField,
  omitEmpty,
  optionalField,
  requiredField,
  unservedField,
  unservedWhere,
  withCheck,
  type Check,
  type Report,
} from "./modifiers.ts";
export { namedField } from "./named.ts";
export { placedField, type Placed } from "./placed.ts";
export { fieldSchema, jsonSchema, printConfig, printField, readConfig, readField, type ConfigResult } from "./read-config.ts";
export {
  booleanField,
  durationField,
  enumField,
  goDurationField,
  integerField,
  numberField,
  pathField,
  regexpField,
  secretField,
  stringField,
  type NumberRange,
} from "./scalars.ts";
export { reveal, secret, SECRET_TEXT, type Secret } from "./secret.ts";
export { bytesField } from "./sizes.ts";
export { isWrittenNull, type Place, type Position, type Source } from "./source.ts";
export { secretUrlField, urlField } from "./urls.ts";
export { wordField } from "./word-field.ts";
