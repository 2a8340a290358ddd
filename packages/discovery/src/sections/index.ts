import { described, type Field } from "@ferula/config";
import { awsField } from "./aws.ts";
import { azureField } from "./azure.ts";
import { digitaloceanField } from "./digitalocean.ts";
import { ecsField } from "./ecs.ts";
import { elasticacheField } from "./elasticache.ts";
import { eurekaField } from "./eureka.ts";
import { gceField } from "./gce.ts";
import { hetznerField } from "./hetzner.ts";
import { ionosField } from "./ionos.ts";
import { kumaField } from "./kuma.ts";
import { lightsailField } from "./lightsail.ts";
import { linodeField } from "./linode.ts";
import { marathonField } from "./marathon.ts";
import { mskField } from "./msk.ts";
import { ociField } from "./oci.ts";
import { openstackField } from "./openstack.ts";
import { outscaleField } from "./outscale.ts";
import { ovhcloudField } from "./ovhcloud.ts";
import { puppetdbField } from "./puppetdb.ts";
import { rdsField } from "./rds.ts";
import { scalewayField } from "./scaleway.ts";
import { stackitField } from "./stackit.ts";
import { tritonField } from "./triton.ts";
import { uyuniField } from "./uyuni.ts";
import { vultrField } from "./vultr.ts";
import { nerveField, serversetField } from "./zookeeper.ts";

/** Upstream's providers that nothing runs yet, by name: the shape of a section of `<name>_sd_configs`. */
export const sections: Readonly<Record<string, Field<unknown>>> = {
  aws: described(awsField, "Targets in Amazon's services, by role."),
  azure: described(azureField, "Virtual machines of Azure."),
  digitalocean: described(digitaloceanField, "Droplets or databases of DigitalOcean."),
  ecs: described(ecsField, "Tasks of Amazon ECS."),
  elasticache: described(elasticacheField, "Nodes of Amazon ElastiCache."),
  eureka: described(eurekaField, "Instances that a Eureka server knows."),
  gce: described(gceField, "Instances of Google Compute Engine."),
  hetzner: described(hetznerField, "Servers of Hetzner."),
  ionos: described(ionosField, "Servers of IONOS Cloud."),
  kuma: described(kumaField, "What a Kuma control plane assigns."),
  lightsail: described(lightsailField, "Instances of Amazon Lightsail."),
  linode: described(linodeField, "Instances of Linode."),
  marathon: described(marathonField, "Tasks of Marathon."),
  msk: described(mskField, "Brokers of Amazon MSK."),
  nerve: described(nerveField, "Members that Nerve has registered in ZooKeeper."),
  oci: described(ociField, "Instances of Oracle Cloud."),
  openstack: described(openstackField, "Hypervisors, instances or load balancers of OpenStack."),
  outscale: described(outscaleField, "Virtual machines of Outscale."),
  ovhcloud: described(ovhcloudField, "Dedicated or virtual private servers of OVHcloud."),
  puppetdb: described(puppetdbField, "Resources that a query of PuppetDB finds."),
  rds: described(rdsField, "Databases of Amazon RDS."),
  scaleway: described(scalewayField, "Instances or bare metal of Scaleway."),
  serverset: described(serversetField, "Members of server sets in ZooKeeper."),
  stackit: described(stackitField, "Servers of STACKIT."),
  triton: described(tritonField, "Containers or compute nodes of Triton."),
  uyuni: described(uyuniField, "Systems that Uyuni manages."),
  vultr: described(vultrField, "Instances of Vultr."),
};
