import { native } from "../native/native.js";
import { FrontendError } from "../vhost-user/frontend-error.js";
import { FrontendRequest } from "../vhost-user/messages.js";
import { Inflight, type InflightMessage } from "../vhost-user/wire.js";
import type { VhostUserSession } from "./vhost-user-session.js";

/** Memory in which a backend writes down what it has in flight; its frontend keeps it for the next backend. */
export class InflightRegion {
  readonly fd: number;
  readonly description: InflightMessage;

  /** Asks a backend for it. @throws FrontendError where it has none to give */
  static async request(session: VhostUserSession, queueSize: number): Promise<InflightRegion> {
    const wanted = { mapSize: 0, mapOffset: 0, queues: session.queueCount, queueSize };
    const payload = Inflight.encode(wanted);
    const reply = await session.frontend.request(FrontendRequest.GET_INFLIGHT_FD, { payload });
    const [fd, ...others] = reply.descriptors;
    for (const other of others) native().close(other);
    if (fd !== undefined && reply.payload.length >= 20) {
      return new InflightRegion(fd, { ...wanted, ...sizeOf(Inflight.decode(reply.payload)) });
    }
    if (fd !== undefined) native().close(fd);
    throw new FrontendError("VDEV_BACKEND_REPLY", "the reply to GET_INFLIGHT_FD has no descriptor or no description");
  }

  private constructor(fd: number, description: InflightMessage) {
    this.fd = fd;
    this.description = description;
  }

  /** Lets a backend go on where the one before it was. */
  give(session: VhostUserSession): Promise<void> {
    const payload = Inflight.encode(this.description);
    return session.tell(FrontendRequest.SET_INFLIGHT_FD, { payload, descriptors: [this.fd] });
  }

  close(): void {
    native().close(this.fd);
  }
}

function sizeOf({ mapSize, mapOffset }: InflightMessage): Pick<InflightMessage, "mapSize" | "mapOffset"> {
  return { mapSize, mapOffset };
}
