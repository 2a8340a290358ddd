import { mappingField } from "@ferula/config";
import { awsClusterShape, awsRequestShape } from "./aws-shapes.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `msk_sd_configs`: brokers of Amazon MSK (discovery/aws/msk.go `MSKSDConfig`). */
export const mskField = mappingField({ ...awsClusterShape, ...awsRequestShape(10) }, { checks: [httpCheck] });
