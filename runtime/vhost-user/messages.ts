/** Requests of the frontend (vhost-user, "Front-end message types"). */
export const FrontendRequest = {
  GET_FEATURES: 1,
  SET_FEATURES: 2,
  SET_OWNER: 3,
  RESET_OWNER: 4,
  SET_MEM_TABLE: 5,
  SET_LOG_BASE: 6,
  SET_LOG_FD: 7,
  SET_VRING_NUM: 8,
  SET_VRING_ADDR: 9,
  SET_VRING_BASE: 10,
  GET_VRING_BASE: 11,
  SET_VRING_KICK: 12,
  SET_VRING_CALL: 13,
  SET_VRING_ERR: 14,
  GET_PROTOCOL_FEATURES: 15,
  SET_PROTOCOL_FEATURES: 16,
  GET_QUEUE_NUM: 17,
  SET_VRING_ENABLE: 18,
  SEND_RARP: 19,
  NET_SET_MTU: 20,
  SET_BACKEND_REQ_FD: 21,
  IOTLB_MSG: 22,
  SET_VRING_ENDIAN: 23,
  GET_CONFIG: 24,
  SET_CONFIG: 25,
  CREATE_CRYPTO_SESSION: 26,
  CLOSE_CRYPTO_SESSION: 27,
  POSTCOPY_ADVISE: 28,
  POSTCOPY_LISTEN: 29,
  POSTCOPY_END: 30,
  GET_INFLIGHT_FD: 31,
  SET_INFLIGHT_FD: 32,
  GPU_SET_SOCKET: 33,
  RESET_DEVICE: 34,
  VRING_KICK: 35,
  GET_MAX_MEM_SLOTS: 36,
  ADD_MEM_REG: 37,
  REM_MEM_REG: 38,
  SET_STATUS: 39,
  GET_STATUS: 40,
  GET_SHARED_OBJECT: 41,
  SET_DEVICE_STATE_FD: 42,
  CHECK_DEVICE_STATE: 43,
  GET_SHMEM_CONFIG: 44,
} as const;

/** Requests of the backend, on the channel that SET_BACKEND_REQ_FD gave ("Back-end message types"). */
export const BackendRequest = { IOTLB_MSG: 1, CONFIG_CHANGE_MSG: 2 } as const;

/** Protocol features by bit ("Protocol features"). */
export const ProtocolFeature = {
  MQ: 0,
  LOG_SHMFD: 1,
  RARP: 2,
  REPLY_ACK: 3,
  MTU: 4,
  BACKEND_REQ: 5,
  CROSS_ENDIAN: 6,
  CRYPTO_SESSION: 7,
  PAGEFAULT: 8,
  CONFIG: 9,
  BACKEND_SEND_FD: 10,
  HOST_NOTIFIER: 11,
  INFLIGHT_SHMFD: 12,
  RESET_DEVICE: 13,
  INBAND_NOTIFICATIONS: 14,
  CONFIGURE_MEM_SLOTS: 15,
  STATUS: 16,
  XEN_MMAP: 17,
  SHARED_OBJECT: 18,
  DEVICE_STATE: 19,
  GET_VRING_BASE_INFLIGHT: 20,
  GPA_ADDRESSES: 21,
  SHMEM: 22,
} as const;

/** Feature bits that mean something to the transport, not to the device. */
export const VhostFeature = { LOG_ALL: 26, PROTOCOL_FEATURES: 30 } as const;

/** Bits of a message's flags ("Header"): the version in the lowest two. */
export const MessageFlags = { VERSION_MASK: 3, VERSION: 1, REPLY: 4, NEED_REPLY: 8 } as const;

/** Request, flags, size: 32 bits each, in the byte order of the host. */
export const HEADER_SIZE = 12;
/** Largest configuration space of which a message can carry all. */
export const CONFIG_MAX = 4096;
/** Most bytes of a payload that are read: the largest message carries a configuration space behind 12 bytes. */
export const PAYLOAD_MAX: number = 12 + CONFIG_MAX;
/** Most file descriptors of a message (a memory table without slots). */
export const DESCRIPTORS_MAX = 8;
/** In the payload of KICK, CALL and ERR: bits 0-7 are the ring, bit 8 says that no descriptor comes along. */
export const VringDescriptor = { INDEX_MASK: 0xff, NO_DESCRIPTOR: 0x100 } as const;
