/** Feature bits that belong to queues and negotiation, not to a device type (VIRTIO 6). */
export const TransportFeature = {
  /** Descriptors may refer to tables of descriptors. */
  INDIRECT_DESC: 28,
  /** used_event and avail_event say when to notify. */
  EVENT_IDX: 29,
  /** The device follows the specification from 1.0 on; we require it. */
  VERSION_1: 32,
  /** Addresses are translated, and access may be restricted. */
  ACCESS_PLATFORM: 33,
  /** Packed virtqueues. */
  RING_PACKED: 34,
  /** Buffers are used in the order in which they were made available. */
  IN_ORDER: 35,
  /** Memory accesses are ordered as the platform describes. */
  ORDER_PLATFORM: 36,
  /** Single root I/O virtualization. */
  SR_IOV: 37,
  /** Notifications carry data. */
  NOTIFICATION_DATA: 38,
  /** Notifications carry data that the device chose. */
  NOTIF_CONFIG_DATA: 39,
  /** The driver may reset a queue alone. */
  RING_RESET: 40,
  /** There are administration virtqueues. No transport here has them: it is never offered. */
  ADMIN_VQ: 41,
} as const;
export type TransportFeature = keyof typeof TransportFeature;
