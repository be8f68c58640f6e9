import type { Meant, Scenario } from "../scenario.js";

const hex = (text: string): string => Buffer.from(text).toString("hex");
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const event = (kind: string, id: number, value: number): Meant => ({
  ...{ queue: "control_transmitq", kind, sent: { hdr: { id, value } }, writable: [] },
});
const said = (text: string): Meant => ({
  queue: "transmitq",
  kind: "output",
  sent: { data: bytes(text) },
  writable: [],
});
/** The terminal ends lines in its own way. */
const hello = [said("hello"), said("\r\n")];

/** Linux's virtio_console: drivers/char/virtio_console.c; a part of Debian's kernel for QEMU. */
const driver = { device: "console", modules: ["virtio_console"] } as const;

const multiport: Omit<Scenario, "frontend"> = {
  ...driver,
  queues: 6,
  options: ["--offer", "SIZE,MULTIPORT", "--set", "max_nr_ports=2"],
  guest: [
    { device: "post control_receiveq=DEVICE_ADD,hdr.id=0" },
    { device: "post control_receiveq=DEVICE_ADD,hdr.id=1" },
    { device: "post control_receiveq=CONSOLE_PORT,hdr.id=0,hdr.value=1" },
    { device: "post control_receiveq=PORT_NAME,hdr.id=1,hdr.value=1,name=org.vdev.1" },
    { device: "post control_receiveq=PORT_OPEN,hdr.id=1,hdr.value=1" },
    { device: "post control_receiveq=RESIZE,hdr.id=0,cols=132,rows=43" },
    ["until [ -c /dev/hvc0 ] && [ -e /sys/class/virtio-ports/vport*p1/name ]; do :; done"],
    ["cat /sys/class/virtio-ports/vport*p1/name", "org.vdev.1"],
    ['until [ "$(stty -F /dev/hvc0 size)" = "43 132" ]; do :; done'],
    ["echo hello >/dev/hvc0; (head -n 1 </dev/hvc0 >/tmp/line) &"],
    { device: `post receiveq,data=${hex("to hvc0\n")}` },
    ["until [ -s /tmp/line ]; do :; done; cat /tmp/line", "to hvc0"],
    ["port=$(echo /dev/vport*p1); (exec 3<>$port; echo world >&3; touch /tmp/open; head -n 1 <&3 >/tmp/line1) &"],
    ["until [ -e /tmp/open ]; do :; done"],
    { device: `post receiveq[1],data=${hex("to port 1\n")}` },
    ["until [ -s /tmp/line1 ]; do :; done; cat /tmp/line1", "to port 1"],
    { device: "post control_receiveq=DEVICE_REMOVE,hdr.id=1" },
    ["while [ -e /sys/class/virtio-ports/vport*p1 ]; do :; done"],
  ],
  accepts: ["SIZE", "MULTIPORT"],
  meant: [
    event("DEVICE_READY", 0xffffffff, 1),
    event("PORT_READY", 0, 1),
    event("PORT_READY", 1, 1),
    event("PORT_OPEN", 0, 1),
    ...hello,
    event("PORT_OPEN", 1, 1),
    said("world\n"),
    event("PORT_OPEN", 1, 0),
  ],
};

const single: Omit<Scenario, "frontend"> = {
  ...driver,
  variant: "single",
  queues: 2,
  options: ["--offer", "SIZE", "--set", "cols=90", "--set", "rows=30"],
  guest: [
    ["stty -F /dev/hvc0 size", "30 90"],
    { device: "set cols=132,rows=43" },
    ['until [ "$(stty -F /dev/hvc0 size)" = "43 132" ]; do :; done; echo hello >/dev/hvc0'],
  ],
  accepts: ["SIZE"],
  meant: hello,
};

export const scenarios: readonly Scenario[] = [
  { ...multiport, frontend: "qemu", modules: [] },
  { ...multiport, frontend: "uml" },
  { ...single, frontend: "qemu", modules: [] },
  { ...single, frontend: "uml" },
];
