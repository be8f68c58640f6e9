import type { Scenario, Step } from "../scenario.js";

/** What the device is, by what the driver asks for: select, subsel, and the answer with its length. */
const answers: readonly (readonly [asked: string, answer: string])[] = [
  ["select=ID_NAME,subsel=0", "size=12,string=Golden board"],
  ["select=ID_SERIAL,subsel=0", "size=4,string=0815"],
  ["select=ID_DEVIDS,subsel=0", "size=8,ids.bustype=0x06,ids.vendor=0x1af4,ids.product=0x0012,ids.version=0x0345"],
  // INPUT_PROP_POINTER; then EV_REP, whose codes nobody asks for.
  ["select=PROP_BITS,subsel=0", "size=1,bitmap=01"],
  ["select=EV_BITS,subsel=20", "size=1,bitmap=03"],
  // KEY_A and BTN_LEFT, REL_X and REL_Y, ABS_X, MSC_SCAN, SW_LID, LED_NUML and LED_CAPSL, SND_BELL and SND_TONE.
  ["select=EV_BITS,subsel=1", `size=35,bitmap=${"00".repeat(3)}40${"00".repeat(30)}01`],
  ["select=EV_BITS,subsel=2", "size=1,bitmap=03"],
  ["select=EV_BITS,subsel=3", "size=1,bitmap=01"],
  ["select=EV_BITS,subsel=4", "size=1,bitmap=10"],
  ["select=EV_BITS,subsel=5", "size=1,bitmap=01"],
  ["select=EV_BITS,subsel=17", "size=1,bitmap=03"],
  ["select=EV_BITS,subsel=18", "size=1,bitmap=06"],
  ["select=ABS_INFO,subsel=0", "size=20,abs.min=-100,abs.max=100,abs.fuzz=2,abs.flat=3,abs.res=4"],
];

/** What the device says: events as type, code and value, which end with EV_SYN. */
function says(...events: readonly (readonly [type: number, code: number, value: number])[]): Step[] {
  return [...events, [0, 0, 0] as const].map(([type, code, value]) => ({
    device: `post eventq,event.type=${type},event.code=${code},event.value=${value}`,
  }));
}

const sysfs = "/sys/bus/virtio/devices/virtio0/input/input*";
const events = `/events /dev/input/$(cd ${sysfs}; echo event*)`;

const x = "x -100 to 100, fuzz 2, flat 3, resolution 4";

/** Linux's virtio_input: drivers/virtio/virtio_input.c. */
export const scenarios: readonly Scenario[] = [
  {
    device: "input",
    frontend: "qemu",
    modules: ["evdev", "virtio_input"],
    queues: 2,
    options: answers.flatMap(([asked, answer]) => ["--when", `${asked}:${answer}`]),
    guest: [
      [
        "grep -A 99 Golden /proc/bus/input/devices | grep -v [PSH]:",
        [
          'N: Name="Golden board"',
          "U: Uniq=0815",
          "B: PROP=1",
          "B: EV=16003f",
          "B: KEY=10000 0 0 0 40000000",
          "B: REL=3",
          "B: ABS=1",
          "B: MSC=10",
          "B: LED=3",
          "B: SND=6",
          "B: SW=1",
        ].join("\n"),
      ],
      [`cd ${sysfs}/id; cat bustype vendor product version`, "0006\n1af4\n0012\n0345"],
      [`${events} 17 1 1 8 >/tmp/events & until grep -s x /tmp/events; do :; done`, x],
      ...says([4, 4, 0x1e], [1, 30, 1], [1, 30, 0]),
      ...says([2, 0, -3], [3, 0, -42]),
      [
        "until [ $(wc -l </tmp/events) = 9 ]; do :; done; cat /tmp/events",
        [...[x, "17 1 1", "4 4 30", "1 30 1", "1 30 0", "0 0 0", "2 0 -3", "3 0 -42", "0 0 0"]].join("\n"),
      ],
      [`${events} 18 2 440 0`, x],
    ],
    accepts: [],
    meant: [
      { queue: "statusq", kind: "status_event", sent: { event: { type: 17, code: 1, value: 1 } }, writable: [] },
      // What it heard of a scan code it tells the device again: evdev has such events go both ways.
      { queue: "statusq", kind: "status_event", sent: { event: { type: 4, code: 4, value: 30 } } },
      { queue: "statusq", kind: "status_event", sent: { event: { type: 18, code: 2, value: 440 } }, writable: [] },
    ],
    // For each type of events it asks which there are; subsel stays as it is where nothing else is meant.
    writes: [
      ["select", "1 (ID_NAME)"],
      ["select", "2 (ID_SERIAL)"],
      ["select", "3 (ID_DEVIDS)"],
      ["select", "16 (PROP_BITS)"],
      ["select", "17 (EV_BITS)"],
      ...[20, 1, 2, 3, 4, 5, 17, 18].map((type) => ["subsel", String(type)] as const),
      ["select", "18 (ABS_INFO)"],
      ["subsel", "0"],
    ],
  },
];
