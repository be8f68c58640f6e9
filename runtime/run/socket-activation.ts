import { usageError } from "./program-error.js";

/** The first descriptor that systemd passes (sd_listen_fds(3)). */
const FIRST = 3;

/**
 * The socket that systemd passed to this process; undefined where it passed none. Takes the variables that say so out of
 * the environment.
 *
 * @throws ProgramError where there is more than one
 */
export function activationSocket(environment: NodeJS.ProcessEnv): number | undefined {
  const { LISTEN_PID: pid, LISTEN_FDS: count } = environment;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete environment[name];
  if (pid !== String(process.pid) || count === "0") return undefined;
  if (count !== "1") throw usageError(`systemd passed ${count} sockets, and a device is served on exactly one`);
  return FIRST;
}
