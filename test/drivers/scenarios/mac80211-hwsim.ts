import type { Meant, Scenario } from "../scenario.js";

/** A probe request of 02:00:00:00:00:00 to all, and a beacon of 02:00:00:01:00:02, both without elements. */
const probe = "40000000ffffffffffff020000000000ffffffffffff0000";
const beacon = `80000000ffffffffffff0200000100020200000100021000${"00".repeat(8)}64000100`;

/** The first number that the kernel gives to families of generic netlink which come with modules is taken by nl80211. */
const FAMILY = 0x26;

/** An attribute of netlink, in hexadecimal digits. */
function attribute(type: number, hex: string): string {
  const head = Buffer.from(Uint16Array.of(4 + hex.length / 2, type).buffer).toString("hex");
  return (head + hex).padEnd(Math.ceil((head + hex).length / 8) * 8, "0");
}

function netlink(command: number, ...attributes: readonly string[]): string {
  const body = attributes.join("");
  const head = Buffer.alloc(20);
  head.writeUInt32LE(20 + body.length / 2);
  head.writeUInt32LE(FAMILY, 4);
  // The first version of the command.
  head.writeUInt16LE(command + 0x100, 16);
  return head.toString("hex") + body;
}

/** The driver's buffer begins with a message; what follows it there is nothing. */
function sends(hex: string): Meant {
  const message = {
    asymmetricMatch: (bytes: Uint8Array) => Buffer.from(bytes).toString("hex").startsWith(hex),
    toString: () => hex,
  };
  return { queue: "tx", kind: "from_radio", sent: { message }, writable: [] };
}

/** A frame to the first radio: rate 0, -50 dBm. */
const frame = netlink(
  2,
  ...[attribute(1, "420000000000"), attribute(3, beacon), attribute(5, "00000000"), attribute(6, "ceffffff")],
);

/** Linux's mac80211_hwsim: drivers/net/wireless/virtual/mac80211_hwsim.c. Its radios have 42:00:00:00:00:00 as second address. */
export const scenarios: readonly Scenario[] = [
  {
    device: "mac80211-hwsim",
    frontend: "qemu",
    modules: ["mac80211_hwsim"],
    queues: 2,
    options: [],
    guest: [
      ["ip link set wlan1 up; ip link set wlan1 down"],
      [`/radio wlan0 ${probe} >/tmp/frames & until grep -s sent /tmp/frames; do :; done`, "sent"],
      { device: `post rx,message=${frame}` },
      ["until tail -n 1 /tmp/frames | grep ^80; do :; done", beacon],
    ],
    accepts: [],
    meant: [
      // ADD_MAC_ADDR and DEL_MAC_ADDR: the radio, and the address of its interface.
      sends(netlink(7, attribute(2, "420000000100"), attribute(1, "020000000100"))),
      sends(netlink(8, attribute(2, "420000000100"), attribute(1, "020000000100"))),
      sends(
        netlink(
          2,
          ...[attribute(2, "420000000000"), attribute(3, probe)],
          // TX_CTL_REQ_TX_STATUS and TX_CTL_NO_ACK; 2412 MHz.
          ...[attribute(4, "03000000"), attribute(19, "6c090000")],
          // One try at rate 0, without flags; the first frame.
          ...[
            attribute(7, "0001ff00ff00ff00"),
            attribute(21, "000000ff0000ff0000ff0000"),
            attribute(8, "0100000000000000"),
          ],
        ),
      ),
    ],
  },
];
