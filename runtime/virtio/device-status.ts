/** The bits of the device status register (VIRTIO 2.1). */
export const DeviceStatus = {
  /** The driver has found the device. */
  ACKNOWLEDGE: 1,
  /** The driver knows how to drive it. */
  DRIVER: 2,
  /** The driver is set up and the device may use the queues. */
  DRIVER_OK: 4,
  /** The features are agreed. */
  FEATURES_OK: 8,
  /** The device has met an error that it cannot recover from. */
  DEVICE_NEEDS_RESET: 64,
  /** The driver gave up. */
  FAILED: 128,
} as const;
