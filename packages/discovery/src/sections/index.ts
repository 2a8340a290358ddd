import type { Field } from "@ferula/config";
import { awsField } from "./aws.ts";
import { azureField } from "./azure.ts";
import { consulField } from "./consul.ts";
import { digitaloceanField } from "./digitalocean.ts";
import { dnsField } from "./dns.ts";
import { dockerField } from "./docker.ts";
import { dockerswarmField } from "./dockerswarm.ts";
import { ec2Field } from "./ec2.ts";
import { ecsField } from "./ecs.ts";
import { elasticacheField } from "./elasticache.ts";
import { eurekaField } from "./eureka.ts";
import { gceField } from "./gce.ts";
import { hetznerField } from "./hetzner.ts";
import { httpField } from "./http.ts";
import { ionosField } from "./ionos.ts";
import { kubernetesField } from "./kubernetes/kubernetes.ts";
import { kumaField } from "./kuma.ts";
import { lightsailField } from "./lightsail.ts";
import { linodeField } from "./linode.ts";
import { marathonField } from "./marathon.ts";
import { mskField } from "./msk.ts";
import { nomadField } from "./nomad.ts";
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
  aws: awsField,
  azure: azureField,
  consul: consulField,
  digitalocean: digitaloceanField,
  dns: dnsField,
  docker: dockerField,
  dockerswarm: dockerswarmField,
  ec2: ec2Field,
  ecs: ecsField,
  elasticache: elasticacheField,
  eureka: eurekaField,
  gce: gceField,
  hetzner: hetznerField,
  http: httpField,
  ionos: ionosField,
  kubernetes: kubernetesField,
  kuma: kumaField,
  lightsail: lightsailField,
  linode: linodeField,
  marathon: marathonField,
  msk: mskField,
  nerve: nerveField,
  nomad: nomadField,
  oci: ociField,
  openstack: openstackField,
  outscale: outscaleField,
  ovhcloud: ovhcloudField,
  puppetdb: puppetdbField,
  rds: rdsField,
  scaleway: scalewayField,
  serverset: serversetField,
  stackit: stackitField,
  triton: tritonField,
  uyuni: uyuniField,
  vultr: vultrField,
};
