import { mappingField } from "@ferula/config";
import { awsClusterShape, awsRequestShape } from "./aws-shapes.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `ecs_sd_configs`: tasks of Amazon ECS (discovery/aws/ecs.go `ECSSDConfig`). */
export const ecsField = mappingField({ ...awsClusterShape, ...awsRequestShape(20) }, { checks: [httpCheck] });
