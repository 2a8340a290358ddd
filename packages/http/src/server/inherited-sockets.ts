/** The first descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;

/**
 * The descriptors of the sockets that systemd has opened for this process, and takes them out of the environment so that no child takes
 * them for its own. Throws when there are none.
 */
export function takeInheritedSockets(env: NodeJS.ProcessEnv = process.env, pid: number = process.pid): readonly number[] {
  const isOurs = Number(env["LISTEN_PID"]) === pid;
  const count = isOurs ? Number(env["LISTEN_FDS"]) : 0;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete env[name];
  if (!Number.isSafeInteger(count) || count <= 0) throw new Error("no socket activation file descriptors found");
  return Array.from({ length: count }, (_, i) => FIRST_DESCRIPTOR + i);
}
