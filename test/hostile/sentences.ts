/** A quotation of VIRTIO 1.4, word for word, with the markup and the line breaks taken out. */
export interface Sentence {
  /** Number of the section. */
  readonly section: string;
  /** Label of the section in the specification's source. */
  readonly label: string;
  readonly text: string;
}

const BASICS = "Basic Facilities of a Virtio Device";
const QUEUES = `${BASICS} / Virtqueues`;
const TABLE = `${QUEUES} / The Virtqueue Descriptor Table`;
const INDIRECT = `${TABLE} / Indirect Descriptors`;
const SUPPLYING = `${QUEUES} / Supplying Buffers to The Device`;
const PACKED = `${BASICS} / Packed Virtqueues`;
const BLOCK = "Device Types / Block Device / Device Operation";

function quote(section: string, label: string, ...text: readonly string[]): Sentence {
  return { section, label, text: text.join(" ") };
}

/** What the attacks violate; or, where nothing forbids one, what the device is to make of it. */
export const sentences = {
  needsReset: quote(
    "2.1.2",
    `devicenormative:${BASICS} / Device Status Field`,
    "The device SHOULD set DEVICE_NEEDS_RESET when it enters an error state that a reset is needed.",
    "If DRIVER_OK is set, after it sets DEVICE_NEEDS_RESET, the device MUST send a device configuration change",
    "notification to the driver.",
  ),
  executes: quote(
    "2.6",
    `sec:${QUEUES}`,
    "Device executes the requests and - when complete - adds a used buffer to the queue, i.e., lets the driver know by",
    "marking the buffer as used.",
  ),
  queueSize: quote(
    "2.7",
    `sec:${BASICS} / Split Virtqueues`,
    "Queue Size corresponds to the maximum number of buffers in the virtqueue.",
  ),
  framing: quote(
    "2.7.4",
    `sec:${QUEUES} / Message Framing`,
    "The framing of messages with descriptors is independent of the contents of the buffers.",
  ),
  arrangement: quote(
    "2.7.4.1",
    `devicenormative:${BASICS} / Message Framing`,
    "The device MUST NOT make assumptions about the particular arrangement of descriptors.",
  ),
  reasonableLimit: quote(
    "2.7.4.1",
    `devicenormative:${BASICS} / Message Framing`,
    "The device MAY have a reasonable limit of descriptors it will allow in a chain.",
  ),
  order: quote(
    "2.7.4.2",
    `drivernormative:${BASICS} / Message Framing`,
    "The driver MUST place any device-writable descriptor elements after any device-readable descriptor elements.",
  ),
  readOrWrite: quote(
    "2.7.5",
    `sec:${TABLE}`,
    'Each descriptor describes a buffer which is read-only for the device ("device-readable") or write-only for the',
    'device ("device-writable"), but a chain of descriptors can contain both device-readable and device-writable',
    "buffers.",
  ),
  contents: quote(
    "2.7.5",
    `sec:${TABLE}`,
    "The actual contents of the memory offered to the device depends on the device type. Most common is to begin the",
    "data with a header (containing little-endian fields) for the device to read, and postfix it with a status tailer",
    "for the device to write.",
  ),
  tableSize: quote(
    "2.7.5",
    `sec:${TABLE}`,
    "The number of descriptors in the table is defined by the queue size for this virtqueue: this is the maximum",
    "possible descriptor chain length.",
  ),
  noWriteNoRead: quote(
    "2.7.5.1",
    `devicenormative:${TABLE}`,
    "A device MUST NOT write to a device-readable buffer, and a device SHOULD NOT read a device-writable buffer (it MAY",
    "do so for debugging or diagnostic purposes).",
  ),
  chainBytes: quote(
    "2.7.5.2",
    `drivernormative:${TABLE}`,
    "Drivers MUST NOT add a descriptor chain longer than 2^32 bytes in total; this implies that loops in the descriptor",
    "chain are forbidden!",
  ),
  anywhere: quote(
    "2.7.5.3",
    `sec:${INDIRECT}`,
    "To increase ring capacity the driver can store a table of indirect descriptors anywhere in memory, and insert a",
    "descriptor in main virtqueue (with flags&VIRTQ_DESC_F_INDIRECT on) that refers to memory buffer containing this",
    "indirect descriptor table; addr and len refer to the indirect table address and length in bytes, respectively.",
  ),
  indirectLayout: quote(
    "2.7.5.3",
    `sec:${INDIRECT}`,
    "The indirect table layout structure looks like this (len is the length of the descriptor that refers to this table,",
    "which is a variable, so this code won't compile): struct indirect_descriptor_table { /* The actual descriptors",
    "(16 bytes each) */ struct virtq_desc desc[len / 16]; };",
  ),
  firstIndirect: quote(
    "2.7.5.3",
    `sec:${INDIRECT}`,
    "The first indirect descriptor is located at start of the indirect descriptor table (index 0), additional indirect",
    "descriptors are chained by next.",
  ),
  indirectNegotiated: quote(
    "2.7.5.3.1",
    `drivernormative:${INDIRECT}`,
    "The driver MUST NOT set the VIRTQ_DESC_F_INDIRECT flag unless the VIRTIO_F_INDIRECT_DESC feature was negotiated.",
  ),
  oneTable: quote(
    "2.7.5.3.1",
    `drivernormative:${INDIRECT}`,
    "The driver MUST NOT set the VIRTQ_DESC_F_INDIRECT flag within an indirect descriptor (ie. only one table per",
    "descriptor).",
  ),
  chainLength: quote(
    "2.7.5.3.1",
    `drivernormative:${INDIRECT}`,
    "A driver MUST NOT create a descriptor chain longer than the Queue Size of the device.",
  ),
  indirectIsLast: quote(
    "2.7.5.3.1",
    `drivernormative:${INDIRECT}`,
    "A driver MUST NOT set both VIRTQ_DESC_F_INDIRECT and VIRTQ_DESC_F_NEXT in flags.",
  ),
  head: quote(
    "2.7.6",
    `sec:${QUEUES} / The Virtqueue Available Ring`,
    "The driver uses the available ring to offer buffers to the device: each ring entry refers to the head of a",
    "descriptor chain.",
  ),
  noDecrement: quote(
    "2.7.6.1",
    `drivernormative:${QUEUES} / The Virtqueue Available Ring`,
    'A driver MUST NOT decrement the available idx on a virtqueue (ie. there is no way to "unexpose" buffers).',
  ),
  atLeastLen: quote(
    "2.7.8.2",
    `devicenormative:${QUEUES} / The Virtqueue Used Ring`,
    "The device MUST write at least len bytes to descriptor, beginning at the first device-writable buffer, prior to",
    "updating the used idx.",
  ),
  underestimate: quote(
    "2.7.8.2",
    `devicenormative:${QUEUES} / The Virtqueue Used Ring`,
    "There are potential error cases where a device might not know what parts of the buffers have been written. This is",
    "why len is permitted to be an underestimate: that's preferable to the driver believing that uninitialized memory",
    "has been overwritten when it has not.",
  ),
  spurious: quote(
    "2.7.10.2",
    `devicenormative:${QUEUES} / Available Buffer Notification Suppression`,
    "The device MUST handle spurious notifications from the driver.",
  ),
  contiguous: quote(
    "2.7.13.1",
    `sec:${SUPPLYING} / Placing Buffers Into The Descriptor Table`,
    "A buffer consists of zero or more device-readable physically-contiguous elements followed by zero or more",
    "physically-contiguous device-writable elements (each has at least one element).",
  ),
  freeDescriptor: quote(
    "2.7.13.1",
    `sec:${SUPPLYING} / Placing Buffers Into The Descriptor Table`,
    "Get the next free descriptor table entry, d",
  ),
  exposes: quote(
    "2.7.13.3",
    `sec:${SUPPLYING} / Updating idx`,
    "Once available idx is updated by the driver, this exposes the descriptor and its contents. The device MAY access",
    "the descriptor chains the driver created and the memory they refer to immediately.",
  ),
  wrapCounter: quote(
    "2.8.1",
    `sec:Packed Virtqueues / Driver and Device Ring Wrap Counters`,
    "To mark a descriptor as available, the driver sets the VIRTQ_DESC_F_AVAIL bit in Flags to match the internal Driver",
    "Ring Wrap Counter. It also sets the VIRTQ_DESC_F_USED bit to match the inverse value (i.e. to not match the internal",
    "Driver Ring Wrap Counter).",
  ),
  tableFlags: quote(
    "2.8.7",
    "sec:Packed Virtqueues / Indirect Flag: Scatter-Gather Support",
    "The VIRTQ_DESC_F_WRITE flags bit is the only valid flag for descriptors in the indirect table. Others are reserved",
    "and are ignored by the device.",
  ),
  packedSize: quote(
    "2.8.10.1",
    "sec:Packed Virtqueues / Structure Size and Alignment",
    "Queue Size corresponds to the maximum number of descriptors in the virtqueue.",
  ),
  unlessUsed: quote(
    "2.8.16",
    `drivernormative:${PACKED} / The Virtqueue Descriptor Table`,
    "A driver MUST NOT change a descriptor unless it observes the VIRTQ_DESC_F_USED bit in its flags being changed.",
  ),
  roomForList: quote(
    "2.8.17",
    `drivernormative:${PACKED} / Scatter-Gather Support`,
    "A driver MUST make sure there's enough space in the ring for the whole list before making the first descriptor in",
    "the list available to the device.",
  ),
  wholeList: quote(
    "2.8.17",
    `drivernormative:${PACKED} / Scatter-Gather Support`,
    "A driver MUST NOT make the first descriptor in the list available before all subsequent descriptors comprising the",
    "list are made available.",
  ),
  noTableInList: quote(
    "2.8.19",
    `drivernormative:${PACKED} / The Virtqueue Descriptor Table / Indirect Descriptors`,
    "A driver MUST NOT write direct descriptors with DESC_F_INDIRECT set in a scatter-gather list linked by",
    "VIRTQ_DESC_F_NEXT.",
  ),
  freeId: quote(
    "2.8.21.1",
    `sec:${SUPPLYING} / Placing Available Buffers Into The Descriptor Ring`,
    "Get the next free buffer id value",
  ),
  exposed: quote(
    "3.3.1",
    "drivernormative:General Initialization And Device Operation / Device Cleanup",
    "A driver MUST NOT alter virtqueue entries for exposed buffers, i.e., buffers which have been made available to the",
    "device (and not been used by the device) of a live virtqueue.",
  ),
  physical: quote(
    "6.1",
    "drivernormative:Reserved Feature Bits",
    "If VIRTIO_F_ACCESS_PLATFORM is not offered, then a driver MUST pass only physical addresses to the device.",
  ),
  blockStatus: quote(
    "5.2.6",
    `sec:${BLOCK}`,
    "The final status byte is written by the device: either VIRTIO_BLK_S_OK for success, VIRTIO_BLK_S_IOERR for device",
    "or driver error or VIRTIO_BLK_S_UNSUPP for a request unsupported by device:",
  ),
  blockCapacity: quote(
    "5.2.6.1",
    `drivernormative:${BLOCK}`,
    "A driver MUST NOT submit a request which would cause a read or write beyond capacity.",
  ),
  blockFlush: quote(
    "5.2.6.1",
    `drivernormative:${BLOCK}`,
    "A driver MUST set sector to 0 for a VIRTIO_BLK_T_FLUSH request.",
  ),
  blockSectors: quote(
    "5.2.6.1",
    `drivernormative:${BLOCK}`,
    "The length of data MUST be a multiple of 512 bytes for VIRTIO_BLK_T_IN and VIRTIO_BLK_T_OUT requests.",
  ),
  blockRanges: quote(
    "5.2.6.1",
    `drivernormative:${BLOCK}`,
    "The length of data MUST be a multiple of the size of struct virtio_blk_discard_write_zeroes for",
    "VIRTIO_BLK_T_DISCARD, VIRTIO_BLK_T_SECURE_ERASE and VIRTIO_BLK_T_WRITE_ZEROES requests.",
  ),
  blockId: quote(
    "5.2.6.1",
    `drivernormative:${BLOCK}`,
    "The length of data MUST be 20 bytes for VIRTIO_BLK_T_GET_ID requests.",
  ),
  blockSegments: quote(
    "5.2.6.1",
    `drivernormative:${BLOCK}`,
    "VIRTIO_BLK_T_WRITE_ZEROES requests MUST NOT contain more than max_write_zeroes_seg struct",
    "virtio_blk_discard_write_zeroes segments in data.",
  ),
  blockReadOnly: quote(
    "5.2.6.2",
    `devicenormative:${BLOCK}`,
    "A device MUST set the status byte to VIRTIO_BLK_S_IOERR for a write request if the VIRTIO_BLK_F_RO feature if",
    "offered, and MUST NOT write any data.",
  ),
  blockFlags: quote(
    "5.2.6.2",
    `devicenormative:${BLOCK}`,
    "The device MUST set the status byte to VIRTIO_BLK_S_UNSUPP for discard, secure erase and write zeroes commands if",
    "any unknown flag is set.",
  ),
  blockUnmap: quote(
    "5.2.6.2",
    `devicenormative:${BLOCK}`,
    "Furthermore, the device MUST set the status byte to VIRTIO_BLK_S_UNSUPP for discard commands if the unmap flag is",
    "set.",
  ),
  blockZoned: quote(
    "5.2.6.2",
    `devicenormative:${BLOCK}`,
    "If the VIRTIO_BLK_F_ZONED feature is not negotiated, the device MUST reject VIRTIO_BLK_T_ZONE_REPORT,",
    "VIRTIO_BLK_T_ZONE_OPEN, VIRTIO_BLK_T_ZONE_CLOSE, VIRTIO_BLK_T_ZONE_FINISH, VIRTIO_BLK_T_ZONE_APPEND,",
    "VIRTIO_BLK_T_ZONE_RESET and VIRTIO_BLK_T_ZONE_RESET_ALL requests with VIRTIO_BLK_S_UNSUPP status.",
  ),
} as const satisfies Readonly<Record<string, Sentence>>;

/** Names a sentence. */
export type SentenceKey = keyof typeof sentences;

/** A sentence as the name of a test shows it. */
export function quotation(key: SentenceKey): string {
  const { section, text } = sentences[key];
  return `VIRTIO ${section}: ${text}`;
}
