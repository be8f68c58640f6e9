import type { FeatureSet } from "../virtio/feature-set.js";
import { getConfig, setConfig } from "./config-handlers.js";
import { getInflight, setInflight } from "./inflight-handlers.js";
import { addRegion, removeRegion, setMemoryTable } from "./memory-handlers.js";
import { MEMORY_SLOTS } from "./memory-table.js";
import type { Message } from "./message.js";
import { FrontendRequest, VhostFeature } from "./messages.js";
import { ProtocolError } from "./protocol-error.js";
import { getBase, setAddress, setBase, setCall, setEnable, setError, setKick, setSize } from "./ring-handlers.js";
import type { Handler, Reply, SessionParts } from "./session-parts.js";
import { Features, U64 } from "./wire.js";

/** Handlers of all requests that are served. */
export const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [FrontendRequest.GET_FEATURES, ({ negotiated }) => features(negotiated.offered)],
  [FrontendRequest.SET_FEATURES, setFeatures],
  [FrontendRequest.SET_OWNER, () => true],
  [FrontendRequest.RESET_OWNER, resetOwner],
  [FrontendRequest.SET_MEM_TABLE, setMemoryTable],
  [FrontendRequest.SET_VRING_NUM, setSize],
  [FrontendRequest.SET_VRING_ADDR, setAddress],
  [FrontendRequest.SET_VRING_BASE, setBase],
  [FrontendRequest.GET_VRING_BASE, getBase],
  [FrontendRequest.SET_VRING_KICK, setKick],
  [FrontendRequest.SET_VRING_CALL, setCall],
  [FrontendRequest.SET_VRING_ERR, setError],
  [FrontendRequest.GET_PROTOCOL_FEATURES, ({ negotiated }) => features(negotiated.protocolOffered)],
  [FrontendRequest.SET_PROTOCOL_FEATURES, setProtocolFeatures],
  [FrontendRequest.GET_QUEUE_NUM, ({ model }) => number(model.queueCountMax)],
  [FrontendRequest.SET_VRING_ENABLE, setEnable],
  [FrontendRequest.SET_BACKEND_REQ_FD, setBackendChannel],
  [FrontendRequest.GET_CONFIG, getConfig],
  [FrontendRequest.SET_CONFIG, setConfig],
  [FrontendRequest.GET_INFLIGHT_FD, getInflight],
  [FrontendRequest.SET_INFLIGHT_FD, setInflight],
  [FrontendRequest.RESET_DEVICE, reset],
  [FrontendRequest.GET_MAX_MEM_SLOTS, () => number(MEMORY_SLOTS)],
  [FrontendRequest.ADD_MEM_REG, addRegion],
  [FrontendRequest.REM_MEM_REG, removeRegion],
  [FrontendRequest.SET_STATUS, setStatus],
  [FrontendRequest.GET_STATUS, ({ model }) => number(model.status)],
]);

async function setFeatures({ negotiated, rings }: SessionParts, { payload }: Message): Promise<boolean> {
  await negotiated.accept(Features.decode(payload), rings.running);
  return negotiated.hasFeature(VhostFeature.PROTOCOL_FEATURES) || rings.enableAll();
}

function setProtocolFeatures({ negotiated }: SessionParts, { payload }: Message): boolean {
  negotiated.acceptProtocol(Features.decode(payload));
  return true;
}

/** Deprecated; what is made of it is the recommended one of two meanings. */
async function resetOwner({ rings }: SessionParts): Promise<boolean> {
  await rings.stopAll();
  return true;
}

function setBackendChannel({ channel }: SessionParts, message: Message): boolean {
  channel.open(message.takeDescriptor());
  return true;
}

async function setStatus(parts: SessionParts, message: Message): Promise<boolean> {
  const value = U64.decode(message.payload);
  if (value > 0xff) throw new ProtocolError(`status 0x${value.toString(16)}`);
  return value === 0 ? reset(parts) : parts.status.write(value);
}

async function reset({ model, rings }: SessionParts): Promise<boolean> {
  await model.reset();
  rings.reset();
  return true;
}

function features(set: FeatureSet): Reply {
  return { payload: Features.encode(set) };
}

function number(value: number): Reply {
  return { payload: U64.encode(value) };
}
