import type { AnyProvider } from "../provider.ts";
import { fileProvider } from "./file.ts";
import { staticProvider } from "./static.ts";

/** Every way of finding targets. A new one is a file beside this and a row here. */
export const providers: readonly AnyProvider[] = [staticProvider, fileProvider];

/** Upstream's other providers, whose sections are refused by name. */
export const MISSING_PROVIDERS: readonly string[] =
  "aws azure consul digitalocean dns docker dockerswarm ec2 ecs elasticache eureka gce hetzner http ionos kubernetes kuma lightsail linode marathon msk nerve nomad oci openstack outscale ovhcloud puppetdb rds scaleway serverset stackit triton uyuni vultr".split(
    " ",
  );
