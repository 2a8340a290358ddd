/** What stands before the names of all labels of swarms. */
export const SWARM = "__meta_dockerswarm_";
