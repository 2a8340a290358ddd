import { described, keepEmpty, listField, mappingField } from "@ferula/config";
import { awsClusterShape, awsRequestShape } from "./aws-shapes.ts";
import { filterField } from "./fields.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `rds_sd_configs`: databases of Amazon RDS (discovery/aws/rds.go `RDSSDConfig`). */
export const rdsField = mappingField(
  {
    ...awsClusterShape,
    filters: described(keepEmpty(listField(filterField), []), "What the API narrows its answer to."),
    ...awsRequestShape(10),
  },
  { checks: [httpCheck] },
);
