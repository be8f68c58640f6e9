import type { Meant, Scenario, Step } from "../scenario.js";

const CID = 42;
const HOST = 2;
const STREAM = 1;
const SEQPACKET = 2;
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** A packet of the host to the guest's port. */
function packet(op: string, from: number, to: number, type: "STREAM" | "SEQPACKET", flags = 0, words = ""): Step {
  const ends = `hdr.src_cid=${HOST},hdr.dst_cid=${CID},hdr.src_port=${from},hdr.dst_port=${to}`;
  const what = `hdr.type=${type},hdr.op=${op},hdr.flags=${flags},hdr.buf_alloc=65536`;
  const data = words === "" ? "" : `,hdr.len=${words.length},data=${Buffer.from(words).toString("hex")}`;
  return { device: `post rx,${ends},${what}${data}` };
}

/** A program in the guest that goes on while we speak; its output is kept. */
function begin(command: string, until: string): Step {
  return [`: >/tmp/said; /vsock ${command} >>/tmp/said & until grep -q ${until} /tmp/said; do :; done`];
}

function reached(line: string): Step {
  return [`until grep -q '${line}' /tmp/said; do :; done`];
}

function ends(...lines: readonly string[]): Step {
  const last = lines.at(-1) as string;
  return [`until grep -q '${last}' /tmp/said; do :; done; cat /tmp/said`, lines.join("\n")];
}

const REQUEST = 1;
const RESPONSE = 2;
const RST = 3;
const SHUTDOWN = 4;
const RW = 5;
const CREDIT_UPDATE = 6;

/** A packet of the guest. */
function heard(op: number, from: number, to: number, more: object = {}, data = ""): Meant {
  const hdr = {
    srcCid: CID,
    dstCid: HOST,
    srcPort: from,
    dstPort: to,
    type: STREAM,
    len: data.length,
    op,
    flags: 0,
    ...more,
  };
  return { queue: "tx", kind: "tx_packet", sent: { hdr, data: text(data) }, writable: [] };
}

/** Linux's transport for AF_VSOCK: net/vmw_vsock/virtio_transport.c and virtio_transport_common.c. */
const vsock: Omit<Scenario, "frontend"> = {
  device: "vsock",
  modules: ["vsock", "vmw_vsock_virtio_transport"],
  queues: 3,
  options: ["--offer", "STREAM,SEQPACKET", "--set", `guest_cid=${CID}`],
  guest: [
    ["/vsock cid", String(CID)],
    begin("connect stream 1000 5000 nobody", "connecting"),
    packet("RST", 1000, 5000, "STREAM"),
    ends("connecting", "connect: Connection reset by peer"),

    begin("connect stream 1001 5001 hello", "connecting"),
    packet("RESPONSE", 1001, 5001, "STREAM"),
    reached("sent"),
    packet("CREDIT_REQUEST", 1001, 5001, "STREAM"),
    packet("RW", 1001, 5001, "STREAM", 0, "welcome"),
    ends("connecting", "connected", "sent", "welcome"),
    packet("RST", 1001, 5001, "STREAM"),

    begin("connect seqpacket 1002 5002 hello", "connecting"),
    packet("RESPONSE", 1002, 5002, "SEQPACKET"),
    reached("sent"),
    packet("RW", 1002, 5002, "SEQPACKET", 0, "wel"),
    packet("RW", 1002, 5002, "SEQPACKET", 1, "come"),
    ends("connecting", "connected", "sent", "welcome"),
    packet("RST", 1002, 5002, "SEQPACKET"),

    begin("listen stream 5003", "listening"),
    packet("REQUEST", 1003, 5003, "STREAM"),
    packet("RW", 1003, 5003, "STREAM", 0, "knock"),
    ends("listening", `accepted ${HOST}:1003`, "knock"),
    packet("RST", 1003, 5003, "STREAM"),
    packet("REQUEST", 1004, 5004, "STREAM"),

    begin("listen stream 5005", "listening"),
    packet("REQUEST", 1005, 5005, "STREAM"),
    reached("accepted"),
    { device: "set guest_cid=43" },
    { device: "post event,id=TRANSPORT_RESET" },
    ends("listening", `accepted ${HOST}:1005`, "recv: Connection reset by peer"),
    ["until [ $(/vsock cid) = 43 ]; do :; done"],
  ],
  // STREAM holds without being asked for.
  accepts: ["SEQPACKET"],
  meant: [
    heard(REQUEST, 5000, 1000),
    heard(REQUEST, 5001, 1001, { fwdCnt: 0 }),
    heard(RW, 5001, 1001, {}, "hello"),
    heard(CREDIT_UPDATE, 5001, 1001, { fwdCnt: 0 }),
    heard(CREDIT_UPDATE, 5001, 1001, { fwdCnt: 7 }),
    heard(SHUTDOWN, 5001, 1001, { flags: 3 }),
    heard(REQUEST, 5002, 1002, { type: SEQPACKET }),
    heard(RW, 5002, 1002, { type: SEQPACKET, flags: 1 }, "hello"),
    heard(SHUTDOWN, 5002, 1002, { type: SEQPACKET, flags: 3 }),
    heard(RESPONSE, 5003, 1003),
    heard(SHUTDOWN, 5003, 1003, { flags: 3, fwdCnt: 5 }),
    heard(RST, 5004, 1004),
    heard(RESPONSE, 5005, 1005),
  ],
};

export const scenarios: readonly Scenario[] = [
  { ...vsock, frontend: "qemu" },
  { ...vsock, frontend: "uml" },
];
