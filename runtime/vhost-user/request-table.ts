import { TransportFeature } from "../virtio/transport-features.js";
import { DESCRIPTORS_MAX, FrontendRequest, PAYLOAD_MAX, ProtocolFeature } from "./messages.js";
import { U64 } from "./wire.js";

/** How a request is answered if not by REPLY_ACK alone. */
export interface NaturalReply {
  /** Payload that says that it cannot be done; where there is none, the session ends instead. */
  readonly refusal?: Uint8Array;
}

/** What the specification says about a request of the frontend. */
export interface RequestRule {
  readonly name: string;
  /** Least and most bytes of payload. */
  readonly size: readonly [number, number];
  /** Least and most file descriptors. */
  readonly descriptors: readonly [number, number];
  readonly reply?: NaturalReply;
  /** Protocol feature that has to be negotiated first. */
  readonly needs?: number;
  /** Device feature that has to be negotiated first. */
  readonly needsFeature?: number;
}

type Extra = Partial<Pick<RequestRule, "reply" | "needs" | "needsFeature">>;
type Range = number | readonly [number, number];

const NONE = 0;
const NUMBER = 8;
const STATE = 8;
const ADDRESS = 40;
const REGION = 40;
const TABLE = [8, 8 + 32 * DESCRIPTORS_MAX] as const;
const CONFIG = [12, PAYLOAD_MAX] as const;
/** With and without what C compilers add at the end. */
const INFLIGHT = [20, 24] as const;
const IOTLB = [26, 32] as const;
const ANY = [0, PAYLOAD_MAX] as const;
const UUID = 16;
const OPTIONAL = [0, 1] as const;

const FAILED: NaturalReply = { refusal: U64.encode(1) };
/** Bit 8: no descriptor comes along. */
const FAILED_WITHOUT_DESCRIPTOR: NaturalReply = { refusal: U64.encode(0x101) };
const NOTHING: NaturalReply = { refusal: new Uint8Array(0) };

/** Every request of the frontend, by its number ("Front-end message types"). */
export const requestTable: ReadonlyMap<number, RequestRule> = new Map([
  rule("GET_FEATURES", NONE, 0, { reply: {} }),
  rule("SET_FEATURES", NUMBER, 0),
  rule("SET_OWNER", NONE, 0),
  rule("RESET_OWNER", NONE, 0),
  rule("SET_MEM_TABLE", TABLE, [0, DESCRIPTORS_MAX]),
  rule("SET_LOG_BASE", 16, 1, { needs: ProtocolFeature.LOG_SHMFD }),
  rule("SET_LOG_FD", NONE, 1, { needs: ProtocolFeature.LOG_SHMFD }),
  rule("SET_VRING_NUM", STATE, 0),
  rule("SET_VRING_ADDR", ADDRESS, 0),
  rule("SET_VRING_BASE", STATE, 0),
  rule("GET_VRING_BASE", STATE, 0, { reply: {} }),
  rule("SET_VRING_KICK", NUMBER, OPTIONAL),
  rule("SET_VRING_CALL", NUMBER, OPTIONAL),
  rule("SET_VRING_ERR", NUMBER, OPTIONAL),
  rule("GET_PROTOCOL_FEATURES", NONE, 0, { reply: {} }),
  rule("SET_PROTOCOL_FEATURES", NUMBER, 0),
  rule("GET_QUEUE_NUM", NONE, 0, { reply: {}, needs: ProtocolFeature.MQ }),
  rule("SET_VRING_ENABLE", STATE, 0),
  rule("SEND_RARP", NUMBER, 0, { needs: ProtocolFeature.RARP }),
  rule("NET_SET_MTU", NUMBER, 0, { needs: ProtocolFeature.MTU }),
  rule("SET_BACKEND_REQ_FD", NONE, 1, { needs: ProtocolFeature.BACKEND_REQ }),
  rule("IOTLB_MSG", IOTLB, 0, { reply: FAILED, needsFeature: TransportFeature.ACCESS_PLATFORM }),
  rule("SET_VRING_ENDIAN", STATE, 0, { needs: ProtocolFeature.CROSS_ENDIAN }),
  rule("GET_CONFIG", CONFIG, 0, { reply: NOTHING, needs: ProtocolFeature.CONFIG }),
  rule("SET_CONFIG", CONFIG, 0, { needs: ProtocolFeature.CONFIG }),
  rule("CREATE_CRYPTO_SESSION", ANY, 0, { reply: {}, needs: ProtocolFeature.CRYPTO_SESSION }),
  rule("CLOSE_CRYPTO_SESSION", NUMBER, 0, { needs: ProtocolFeature.CRYPTO_SESSION }),
  rule("POSTCOPY_ADVISE", NONE, 0, { reply: {}, needs: ProtocolFeature.PAGEFAULT }),
  rule("POSTCOPY_LISTEN", NONE, 0, { needs: ProtocolFeature.PAGEFAULT }),
  rule("POSTCOPY_END", NONE, 0, { reply: FAILED, needs: ProtocolFeature.PAGEFAULT }),
  rule("GET_INFLIGHT_FD", INFLIGHT, 0, { reply: {}, needs: ProtocolFeature.INFLIGHT_SHMFD }),
  rule("SET_INFLIGHT_FD", INFLIGHT, 1, { needs: ProtocolFeature.INFLIGHT_SHMFD }),
  rule("GPU_SET_SOCKET", NONE, 1),
  rule("RESET_DEVICE", NONE, 0, { needs: ProtocolFeature.RESET_DEVICE }),
  rule("VRING_KICK", STATE, 0, { needs: ProtocolFeature.INBAND_NOTIFICATIONS }),
  rule("GET_MAX_MEM_SLOTS", NONE, 0, { reply: {}, needs: ProtocolFeature.CONFIGURE_MEM_SLOTS }),
  rule("ADD_MEM_REG", REGION, 1, { needs: ProtocolFeature.CONFIGURE_MEM_SLOTS }),
  rule("REM_MEM_REG", REGION, OPTIONAL, { needs: ProtocolFeature.CONFIGURE_MEM_SLOTS }),
  rule("SET_STATUS", NUMBER, 0, { needs: ProtocolFeature.STATUS }),
  rule("GET_STATUS", NONE, 0, { reply: {}, needs: ProtocolFeature.STATUS }),
  rule("GET_SHARED_OBJECT", UUID, 0, { reply: {}, needs: ProtocolFeature.SHARED_OBJECT }),
  rule("SET_DEVICE_STATE_FD", NUMBER, 1, { reply: FAILED_WITHOUT_DESCRIPTOR, needs: ProtocolFeature.DEVICE_STATE }),
  rule("CHECK_DEVICE_STATE", NONE, 0, { reply: FAILED, needs: ProtocolFeature.DEVICE_STATE }),
  rule("GET_SHMEM_CONFIG", NONE, 0, { reply: {}, needs: ProtocolFeature.SHMEM }),
]);

/** What messages call a request. */
export function requestName(request: number): string {
  return requestTable.get(request)?.name ?? `request ${request}`;
}

function rule(
  name: keyof typeof FrontendRequest,
  size: Range,
  descriptors: Range,
  extra: Extra = {},
): [number, RequestRule] {
  return [FrontendRequest[name], { name, size: rangeOf(size), descriptors: rangeOf(descriptors), ...extra }];
}

function rangeOf(range: Range): readonly [number, number] {
  return typeof range === "number" ? [range, range] : range;
}
