import type { Meant, Scenario, Step } from "../scenario.js";

const OWN = "525400123456";
const PEER = "525400abcdef";
const NOBODY = "000000000000";

/** An ARP packet between 10.0.0.1, the guest, and 10.0.0.2, in hexadecimal digits. */
function arp(to: string, from: string, operation: "0001" | "0002", sender: string, target: string): string {
  return `${to}${from}0806000108000604${operation}${sender}${target}`;
}

const asked = arp("ffffffffffff", PEER, "0001", `${PEER}0a000002`, `${NOBODY}0a000001`);
const answered = arp(PEER, OWN, "0002", `${OWN}0a000001`, `${PEER}0a000002`);

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

function answers(...kinds: readonly string[]): readonly string[] {
  return kinds.flatMap((kind) => ["--answer", kind]);
}

const addressed: readonly Step[] = [
  ["! [ -d /proc/sys/net/ipv6 ] || echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6"],
  ["ip addr add 10.0.0.1/24 dev eth0; ip link set eth0 up; arp -s 10.0.0.2 52:54:00:ab:cd:ef"],
];

/** A packet that comes in and is answered: the guest has found it behind our header, and we its answer behind its header. */
const received: readonly Step[] = [
  { device: `post receiveq,hdr.num_buffers=1,data=${asked}` },
  ["until [ $(cat /sys/class/net/eth0/statistics/tx_packets) = 1 ]; do :; done"],
  ["cat /sys/class/net/eth0/statistics/rx_bytes", "42"],
];

const sent = (header: Readonly<Record<string, unknown>>): Meant => ({
  queue: "transmitq",
  kind: "tx",
  sent: { hdrFlags: 0, ...header },
  writable: [],
});

const command = (
  kind: string,
  fields: Readonly<Record<string, unknown>>,
  writable: readonly number[] = [1],
): Meant => ({
  ...{ queue: "controlq", kind, sent: fields, writable },
});

/** Linux's virtio_net: drivers/net/virtio_net.c. */
const driver = { device: "net", modules: ["virtio_net", "8021q"] } as const;

const features = [
  ...["CSUM", "GUEST_CSUM", "CTRL_GUEST_OFFLOADS", "MTU", "MAC", "GUEST_TSO4", "GUEST_TSO6", "MRG_RXBUF", "STATUS"],
  ...["CTRL_VQ", "CTRL_RX", "CTRL_VLAN", "GUEST_ANNOUNCE", "MQ", "CTRL_MAC_ADDR", "NOTF_COAL", "VQ_NOTF_COAL"],
  ...["HOST_USO", "SPEED_DUPLEX", "DEVICE_STATS"],
];

const CVQ = 1n << 32n;
/** Statistics of the controlq, which is virtqueue 4: 7 commands, of which 5 went well. */
const RECORD = "200004000000180007000000000000000500000000000000";

const commanded: Omit<Scenario, "frontend"> = {
  ...driver,
  queues: 5,
  options: [
    ...["--offer", features.join(), "--set", `mac=${OWN}`, "--set", "status=LINK_UP", "--set", "max_virtqueue_pairs=2"],
    ...["--set", "mtu=1400", "--set", "speed=2500", "--set", "duplex=FULL"],
    ...answers("RX_PROMISC=OK", "RX_ALLMULTI=OK", "MAC_TABLE_SET=OK", "MAC_ADDR_SET=OK", "VLAN_ADD=OK", "VLAN_DEL=OK"),
    ...answers("ANNOUNCE_ACK=OK", "MQ_VQ_PAIRS_SET=OK", "GUEST_OFFLOADS_SET=OK"),
    ...answers("NOTF_COAL_TX_SET=OK", "NOTF_COAL_RX_SET=OK", "NOTF_COAL_VQ_SET=OK"),
    ...answers(`STATS_QUERY=OK,supported_stats_types=${CVQ}`, `STATS_GET=OK,records=${RECORD}`),
  ],
  guest: [
    ["cat /sys/class/net/eth0/address", "52:54:00:12:34:56"],
    ["cat /sys/class/net/eth0/mtu", "1400"],
    ...addressed,
    ["cat /sys/class/net/eth0/carrier", "1"],
    ["cat /sys/class/net/eth0/speed", "2500"],
    ["cat /sys/class/net/eth0/duplex", "full"],
    ...received,
    ["ip link set eth0 promisc on; ifconfig eth0 allmulti"],
    ["ip link add link eth0 name vlan5 type vlan id 5; ip link del vlan5"],
    ["/net-control eth0 channels 1; /net-control eth0 channels 2"],
    ["ip link set eth0 promisc off"],
    ["/net-control eth0 coalesce 20 8; /net-control eth0 coalesce-queue 1 30 9"],
    ["/net-control eth0 gro-hw 0; /net-control eth0 gro-hw 1"],
    ["/net-control eth0 statistics cq_hw_command_num", "7"],
    ["/net-control eth0 segments 10.0.0.2 4 0; /net-control eth0 segments 10.0.0.2 2500 1000"],
    { device: "set status=3" },
    ["until [ $(cat /sys/class/net/eth0/statistics/tx_packets) = 4 ]; do :; done"],
    { device: "set status=0" },
    ["until [ $(cat /sys/class/net/eth0/carrier) = 0 ]; do :; done"],
    ["ip link set eth0 down; ip link set eth0 address 52:54:00:12:34:57; cat /sys/class/net/eth0/address"],
  ],
  accepts: features,
  meant: [
    command("STATS_QUERY", {}, [1, 8]),
    sent({ hdrNumBuffers: 0, data: bytes(answered) }),
    command("RX_PROMISC", { enable: 1 }),
    command("RX_ALLMULTI", { enable: 1 }),
    command("MAC_TABLE_SET", { unicastMacs: [], multicastMacs: [bytes("333300000001"), bytes("01005e000001")] }),
    command("VLAN_ADD", { vlanId: 5 }),
    command("VLAN_DEL", { vlanId: 5 }),
    command("MQ_VQ_PAIRS_SET", { virtqueuePairs: 2 }),
    command("RX_PROMISC", { enable: 0 }),
    command("NOTF_COAL_RX_SET", { coal: { maxPackets: 8, maxUsecs: 20 } }),
    command("NOTF_COAL_TX_SET", { coal: { maxPackets: 8, maxUsecs: 20 } }),
    command("NOTF_COAL_VQ_SET", { vq: { vqIndex: 2, coal: { maxPackets: 9, maxUsecs: 30 } } }),
    command("NOTF_COAL_VQ_SET", { vq: { vqIndex: 3, coal: { maxPackets: 9, maxUsecs: 30 } } }),
    command("GUEST_OFFLOADS_SET", { offloads: 0x2n }),
    command("GUEST_OFFLOADS_SET", { offloads: 0x182n }),
    command("STATS_GET", { stats: [{ vqIndex: 4, typesBitmap: CVQ }] }, [1, 24]),
    sent({ hdrFlags: 1, hdrCsum: { csumStart: 34, csumOffset: 6 } }),
    sent({ hdrFlags: 1, hdrGsoType: 5, hdrHdrLen: 42, hdrGsoSize: 1000, hdrCsum: { csumStart: 34, csumOffset: 6 } }),
    command("ANNOUNCE_ACK", {}),
    command("MAC_ADDR_SET", { mac: bytes("525400123457") }),
  ],
};

/** A header of 20 bytes, with a hash. */
const hashed: Scenario = {
  ...{ ...driver, frontend: "qemu", variant: "hash" },
  queues: 5,
  options: [
    ...["--offer", "MAC,MRG_RXBUF,CTRL_VQ,RSS,HASH_REPORT", "--set", `mac=${OWN}`, "--set", "max_virtqueue_pairs=2"],
    ...["--set", "rss_max_key_size=40", "--set", "rss_max_indirection_table_length=128"],
    ...["--set", "supported_hash_types=7", ...answers("MQ_RSS_CONFIG=OK", "MQ_HASH_CONFIG=OK")],
  ],
  guest: [...addressed, ...received],
  accepts: ["MAC", "MRG_RXBUF", "CTRL_VQ", "RSS", "HASH_REPORT"],
  meant: [
    command("MQ_RSS_CONFIG", { rssHashTypes: 7, rssIndirectionTableMask: 127, rssMaxTxVq: 2, rssHashKeyLength: 40 }),
    sent({ hdrHashValue: 0, hdrHashReport: 0, data: bytes(answered) }),
  ],
  // It takes the size of the last struct for that of what is in it, without the padding at its end.
  trails: [{ kind: "MQ_RSS_CONFIG", bytes: 1 }],
};

/** Neither features nor a controlq. num_buffers is in the header nevertheless, with what the driver had in that memory before. */
const plain: Scenario = {
  ...{ ...driver, frontend: "uml", variant: "plain" },
  queues: 2,
  options: ["--offer", "MAC", "--set", `mac=${OWN}`],
  guest: [...addressed, ...received],
  accepts: ["MAC"],
  meant: [sent({ data: bytes(answered) })],
};

export const scenarios: readonly Scenario[] = [
  { ...commanded, frontend: "qemu" },
  { ...commanded, frontend: "uml" },
  hashed,
  plain,
];
