export { discoveryShape, type DiscoveryConfig } from "./discovery-config.ts";
export { createDiscoveryManager, type DiscoveredGroups, type DiscoveryManager, type DiscoveryManagerDeps } from "./manager.ts";
export { targetFileSchema } from "./providers/file/file.ts";
export { providerNames } from "./providers/index.ts";
export { type Discoverer, type DiscovererDeps, type Emit, type Provider } from "./provider.ts";
export { emptyGroup, type TargetGroup } from "./target-group.ts";
export { checkStaticTargets, type StaticTargets } from "./providers/static.ts";
