import { native } from "../../runtime/native/native.js";
import type { MessageParts } from "../../runtime/vhost-user/frontend.js";
import { FrontendRequest, ProtocolFeature } from "../../runtime/vhost-user/messages.js";
import { requestTable } from "../../runtime/vhost-user/request-table.js";
import { Config, Features, Inflight, Region, RegionTable } from "../../runtime/vhost-user/wire.js";
import { FeatureSet } from "../../runtime/virtio/feature-set.js";
import { TransportFeature } from "../../runtime/virtio/transport-features.js";
import { number, type RequestName, RING_SIZE, type SessionRig, state } from "./session-rig.js";

/**
 * Messages as a frontend sends them: a name, arguments, and `!` where an acknowledgement is asked for and must be 0. The
 * arguments of SET_FEATURES are bits beyond VERSION_1, those of SET_PROTOCOL_FEATURES names.
 */
export async function play(rig: SessionRig, script: string): Promise<void> {
  for (const line of script.split("\n")) if (line.trim() !== "") await step(rig, line.trim());
}

async function step(rig: SessionRig, line: string): Promise<void> {
  const [name, ...rest] = line.split(" ") as [RequestName, ...string[]];
  const words = rest.filter((word) => word !== "!");
  const parts = partsOf(rig, name, words);
  if (requestTable.get(FrontendRequest[name])?.reply !== undefined) await natural(rig, name, parts);
  else if (rest.includes("!")) await accepted(rig, line, name, parts);
  else await rig.send(name, parts);
}

async function accepted(rig: SessionRig, line: string, name: RequestName, parts: MessageParts): Promise<void> {
  const answer = await rig.acknowledged(name, parts);
  if (answer !== 0) throw new Error(`${line}: refused with ${answer}: ${rig.log.at(-1)}`);
}

/** A descriptor that comes with a reply is sent back at once, as what the frontend kept. */
async function natural(rig: SessionRig, name: RequestName, parts: MessageParts): Promise<void> {
  const { payload, descriptors } = await rig.request(name, parts);
  if (name === "GET_INFLIGHT_FD") await rig.send("SET_INFLIGHT_FD", { payload, descriptors });
  for (const fd of descriptors) native().close(fd);
}

function partsOf(rig: SessionRig, name: RequestName, words: readonly string[]): MessageParts {
  const [first = 0, second = 0] = words.map(Number);
  switch (name) {
    case "SET_FEATURES":
      return { payload: Features.encode(FeatureSet.of(TransportFeature.VERSION_1, ...words.map(Number))) };
    case "SET_PROTOCOL_FEATURES":
      return { payload: Features.encode(FeatureSet.of(...words.map(protocolBit))) };
    case "SET_MEM_TABLE": {
      const regions = rig.regions.regions.map((_, index) => rig.region(index));
      const payload = RegionTable.encode({ count: regions.length, regions });
      return { payload, descriptors: regions.map(() => rig.regions.fd) };
    }
    case "ADD_MEM_REG":
      return { payload: Region.encode(rig.region(first)), descriptors: [rig.regions.fd] };
    case "REM_MEM_REG":
      return { payload: Region.encode(rig.region(first)) };
    case "SET_VRING_ADDR":
      return { payload: rig.address(first) };
    case "SET_VRING_KICK":
      return { ...number(first), descriptors: [rig.kick] };
    case "SET_VRING_CALL":
    case "SET_VRING_ERR":
      return { ...number(first), descriptors: [rig.call] };
    case "SET_BACKEND_REQ_FD":
      return { descriptors: [rig.channel] };
    case "GET_CONFIG":
      return { payload: Config.encode({ offset: 0, size: first, flags: 0, bytes: new Uint8Array(first) }) };
    case "GET_INFLIGHT_FD":
      return { payload: Inflight.encode({ mapSize: 0, mapOffset: 0, queues: first, queueSize: RING_SIZE }) };
    case "SET_STATUS":
      return number(first);
    default:
      return requestTable.get(FrontendRequest[name])?.size[0] === 8 ? state(first, second) : {};
  }
}

function protocolBit(name: string): number {
  return ProtocolFeature[name as keyof typeof ProtocolFeature];
}
