import { mappingField } from "@ferula/config";
import { awsClusterShape, awsRequestShape } from "./aws-shapes.ts";
import { httpCheck } from "./http-client.ts";

/** A section of `elasticache_sd_configs`: nodes of Amazon ElastiCache (discovery/aws/elasticache.go `ElasticacheSDConfig`). */
export const elasticacheField = mappingField({ ...awsClusterShape, ...awsRequestShape(10) }, { checks: [httpCheck] });
