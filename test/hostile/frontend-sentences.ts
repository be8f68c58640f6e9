/** A quotation of the vhost-user specification (QEMU 11.1) or of VIRTIO 1.4, word for word, without the markup. */
export interface FrontendSentence {
  readonly section: string;
  readonly text: string;
}

function quote(section: string, ...text: readonly string[]): FrontendSentence {
  return { section, text: text.join(" ") };
}

/** What hostile frontends violate; or, where nothing forbids it, what the backend is to make of it. */
export const frontendSentences = {
  version: quote("vhost-user, Header", "Lower 2 bits are the version (currently 0x01)"),
  replyFlag: quote("vhost-user, Header", "Bit 2 is the reply flag - needs to be sent on each reply from the back-end"),
  size: quote("vhost-user, Header", "size: 32-bit size of the payload"),
  requestType: quote("vhost-user, Header", "request: 32-bit type of the request"),
  eventDescriptors: quote(
    "vhost-user, Support for platforms other than Linux",
    "Each file descriptor will be used for receiving or sending events by reading or writing (respectively) an 8-byte",
    "value to the corresponding it.",
  ),
  whichCarryDescriptors: quote(
    "vhost-user, Communication",
    "There are several messages that the front-end sends with file descriptors passed in the ancillary data:",
  ),
  firstByte: quote(
    "vhost-user, Communication",
    "When sending file descriptors in ancillary data, front-end should associate the ancillary data with a sendmsg",
    "operation (or equivalent) that sends bytes starting with the first byte of the message header. back-end can",
    "therefore expect that file descriptors will only be received in the first recvmsg operation for a message header.",
  ),
  fullMessage: quote(
    "vhost-user, Communication",
    "If front-end is unable to send the full message or receives a wrong reply it will close the connection.",
  ),
  gated: quote(
    "vhost-user, Communication",
    "Any protocol extensions are gated by protocol feature bits, which allows full backwards compatibility on both",
    "front-end and back-end.",
  ),
  state: quote("vhost-user, A vring state description", "index: a 32-bit index"),
  available: quote("vhost-user, A vring descriptor index for split virtqueues", "Bits 16–31: Reserved (set to zero)"),
  regionsNeverOverlap: quote(
    "vhost-user, Memory region description",
    "[guest address, guest address + size) of one memory region never overlaps the [guest address, guest address + size)",
    "of another memory region.",
  ),
  userRegionsNeverOverlap: quote(
    "vhost-user, Memory region description",
    "[user address, user address + size) of one memory region never overlaps the [user address, user address + size) of",
    "another memory region.",
  ),
  mapOffset: quote(
    "vhost-user, Memory region description",
    "mmap offset: a 64-bit offset where region starts in the mapped memory",
  ),
  eightRegions: quote(
    "vhost-user, Multiple Memory regions description",
    "regions field contains 8 regions of type Memory region description.",
  ),
  ringStates: quote(
    "vhost-user, Ring states",
    "While a ring is stopped, the back-end must not process the ring at all, regardless of whether it is enabled or",
    "disabled.",
  ),
  onTheFly: quote(
    "vhost-user, Ring states",
    "While processing the rings (whether they are enabled or not), the back-end must support changing some configuration",
    "aspects on the fly.",
  ),
  queueNumber: quote(
    "vhost-user, Multiple queue support",
    "Front-end should stop when the number of requested queues is bigger than that.",
  ),
  userAddresses: quote(
    "vhost-user, Memory access",
    "User addresses map to the vhost memory region containing that user address.",
  ),
  backendChannel: quote(
    "vhost-user, Back-end communication",
    "A back-end may then send VHOST_USER_BACKEND_* messages to the front-end using this fd communication channel.",
  ),
  inflightQueues: quote(
    "vhost-user, Inflight I/O tracking",
    "N is the number of available virtqueues. The back-end could get it from num queues field of VhostUserInflight.",
  ),
  inflightSize: quote(
    "vhost-user, Inflight I/O tracking",
    "The size of DescStateSplit array. It's equal to the virtqueue size.",
  ),
  inflightUninitialized: quote(
    "vhost-user, Inflight I/O tracking",
    "The version of this region. It's 1 currently. Zero value indicates an uninitialized buffer",
  ),
  lastBatch: quote(
    "vhost-user, Inflight I/O tracking",
    "Subtract the value of used_idx from the idx value of used ring to get last batch size of DescStateSplit entries",
  ),
  resubmit: quote(
    "vhost-user, Inflight I/O tracking",
    "Resubmit inflight DescStateSplit entries in order of their counter value",
  ),
  inband: quote(
    "vhost-user, In-band notifications",
    "As it has no other way of signalling this error, the back-end should close the connection as a response to a",
    "VHOST_USER_SET_PROTOCOL_FEATURES message that sets the in-band notifications feature flag without the other two.",
  ),
  protocolFeatures: quote(
    "vhost-user, VHOST_USER_GET_PROTOCOL_FEATURES",
    "Get the protocol feature bitmask from the underlying vhost implementation.",
  ),
  memoryTable: quote(
    "vhost-user, VHOST_USER_SET_MEM_TABLE",
    "In the ancillary data there is an array of file descriptors for each memory mapped region. The size and ordering of",
    "the fds matches the number and ordering of memory regions.",
  ),
  logBase: quote(
    "vhost-user, VHOST_USER_SET_LOG_BASE",
    "When the back-end has VHOST_USER_PROTOCOL_F_LOG_SHMFD protocol feature, the log memory fd is provided in the",
    "ancillary data of VHOST_USER_SET_LOG_BASE message, the size and offset of shared memory area provided in the",
    "message.",
  ),
  vringBase: quote(
    "vhost-user, VHOST_USER_GET_VRING_BASE",
    "By default, the back-end must complete all inflight I/O requests for the specified vring before stopping it.",
  ),
  vringNumber: quote("vhost-user, VHOST_USER_SET_VRING_NUM", "Set the size of the queue."),
  vringIndex: quote(
    "vhost-user, VHOST_USER_SET_VRING_KICK",
    "Bits (0-7) of the payload contain the vring index. Bit 8 is the invalid FD flag. This flag is set when there is no",
    "file descriptor in the ancillary data.",
  ),
  backendDescriptor: quote(
    "vhost-user, VHOST_USER_SET_BACKEND_REQ_FD",
    "Set the socket file descriptor for back-end initiated requests. It is passed in the ancillary data.",
  ),
  configSize: quote(
    "vhost-user, VHOST_USER_GET_CONFIG",
    "vhost-user back-end's payload size MUST match the front-end's request, vhost-user back-end uses zero length of",
    "payload to indicate an error to the vhost-user front-end.",
  ),
  configReadOnly: quote(
    "vhost-user, VHOST_USER_SET_CONFIG",
    "The vhost-user back-end must check the flags field, and back-ends MUST NOT accept SET_CONFIG for read-only",
    "configuration space fields unless the live migration bit is set.",
  ),
  getInflight: quote(
    "vhost-user, VHOST_USER_GET_INFLIGHT_FD",
    "When VHOST_USER_PROTOCOL_F_INFLIGHT_SHMFD protocol feature has been successfully negotiated, this message is",
    "submitted by the front-end to get a shared buffer from back-end.",
  ),
  setInflight: quote(
    "vhost-user, VHOST_USER_SET_INFLIGHT_FD",
    "this message is submitted by the front-end to send the shared inflight buffer back to the back-end so that the",
    "back-end could get inflight I/O after a crash or restart.",
  ),
  slots: quote(
    "vhost-user, VHOST_USER_GET_MAX_MEM_SLOTS",
    "The back-end should return the message with a u64 payload containing the maximum number of memory slots for QEMU to",
    "expose to the guest.",
  ),
  addRegion: quote(
    "vhost-user, VHOST_USER_ADD_MEM_REG",
    "Exactly one file descriptor from which the memory is mapped is passed in the ancillary data.",
  ),
  removeRegion: quote(
    "vhost-user, VHOST_USER_REM_MEM_REG",
    "The memory region to be removed is identified by its guest address, user address and size.",
  ),
  removeDescriptor: quote(
    "vhost-user, VHOST_USER_REM_MEM_REG",
    "No file descriptors SHOULD be passed in the ancillary data. For compatibility with existing incorrect",
    "implementations, the back-end MAY accept messages with one file descriptor. If a file descriptor is passed, the",
    "back-end MUST close it without using it otherwise.",
  ),
  mustRespond: quote(
    "vhost-user, VHOST_USER_PROTOCOL_F_REPLY_ACK",
    "This indicates that the back-end MUST respond with a Payload VhostUserMsg indicating success or failure.",
  ),
  naturalReply: quote(
    "vhost-user, VHOST_USER_PROTOCOL_F_REPLY_ACK",
    "For the message types that already solicit a reply from the back-end, the presence of",
    "VHOST_USER_PROTOCOL_F_REPLY_ACK or need_reply bit being set brings no behavioural change.",
  ),
  offeredFeatures: quote(
    "VIRTIO 2.2.1",
    "The driver MUST NOT accept a feature which the device did not offer, and MUST NOT accept a feature which requires",
    "another feature which was not accepted.",
  ),
  queueSize: quote("VIRTIO 2.7", "Queue Size value is always a power of 2. The maximum Queue Size value is 32768."),
  alignment: quote(
    "VIRTIO 2.7.1",
    "The driver MUST ensure that the physical address of the first byte of each virtqueue part is a multiple of the",
    "specified alignment value in the above table.",
  ),
  contiguous: quote(
    "VIRTIO 2.7",
    "where each part is physically-contiguous in guest memory, and has different alignment requirements.",
  ),
} as const satisfies Readonly<Record<string, FrontendSentence>>;

export type FrontendSentenceKey = keyof typeof frontendSentences;

/** A sentence as the name of a test shows it. */
export function frontendQuotation(key: FrontendSentenceKey): string {
  const { section, text } = frontendSentences[key];
  return `${section}: ${text}`;
}
