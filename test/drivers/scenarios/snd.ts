import type { Meant, Scenario } from "../scenario.js";

/** A period of what is recorded: 80 frames of 8 bits. */
const recorded = Array.from({ length: 80 }, (_, i) => (i + 0x80).toString(16)).join("");

/** Two periods that are played. */
const played = Uint8Array.from({ length: 3840 }, (_, i) => i & 0xff);

/** An answer, and what it has of each item. */
function items(head: string, ...fields: readonly string[]): string[] {
  return ["--answer", [head, ...fields].join(",")];
}

const controls = "/controls /dev/snd/controlC0";

/** Linux's virtio_snd: sound/virtio. */
export const scenarios: readonly Scenario[] = [
  {
    device: "snd",
    frontend: "qemu",
    modules: ["virtio_snd"],
    queues: 4,
    options: [
      ...["--offer", "CTLS", "--set", "jacks=1", "--set", "streams=2", "--set", "chmaps=1", "--set", "controls=3"],
      // Pin defaults: a headphone jack.
      ...items("JACK_INFO=OK", "jacks[0].hdr.hda_fn_nid=5", "jacks[0].hda_reg_defconf=0x01214010"),
      ...items(
        "PCM_INFO=OK",
        ...["streams[0].hdr.hda_fn_nid=5", "streams[0].direction=OUTPUT", "streams[0].features=EVT_XRUNS"],
        ...["streams[0].formats=S16", "streams[0].rates=48000", "streams[0].channels_min=1"],
        ...["streams[0].channels_max=2", "streams[1].hdr.hda_fn_nid=5", "streams[1].direction=INPUT"],
        ...["streams[1].formats=U8", "streams[1].rates=8000", "streams[1].channels_min=1", "streams[1].channels_max=1"],
      ),
      ...items(
        "CHMAP_INFO=OK",
        ...["chmaps[0].hdr.hda_fn_nid=5", "chmaps[0].direction=OUTPUT", "chmaps[0].channels=2"],
        ...["chmaps[0].positions=0304"],
      ),
      ...items(
        "CTL_INFO=OK",
        ...[
          "controls[0].hdr.hda_fn_nid=5",
          "controls[0].type=INTEGER",
          "controls[0].access=0x33",
          "controls[0].count=2",
        ],
        ...["controls[0].name=Golden Volume", "controls[0].integer.min=-50", "controls[0].integer.max=100"],
        ...["controls[0].integer.step=2", "controls[1].type=ENUMERATED", "controls[1].access=3"],
        ...["controls[1].count=1", "controls[1].index=7", "controls[1].name=Golden Source"],
        ...["controls[1].enumerated.items=2", "controls[2].type=BOOLEAN", "controls[2].access=1"],
        ...["controls[2].count=1", "controls[2].name=Golden Switch"],
      ),
      ...items("CTL_ENUM_ITEMS=OK", "items[0].item=Line", "items[1].item=Microphone"),
      ...items("CTL_READ=OK", "value.integer[0]=1", "value.integer[1]=-3"),
      ...["--answer", "CTL_WRITE=OK"],
      ...items("CTL_TLV_READ=OK", "type=1", "length=8", "metadata=9cffffff02000000"),
      ...["--answer", "CTL_TLV_WRITE=OK"],
      ...["PCM_SET_PARAMS", "PCM_PREPARE", "PCM_START", "PCM_STOP", "PCM_RELEASE"].flatMap((kind) => [
        "--answer",
        `${kind}=OK`,
      ]),
      ...["--answer", "playback=OK,latency_bytes=7", "--answer", `capture=OK,frames=${recorded}`],
    ],
    guest: [
      ["tail -n 1 /proc/asound/pcm", "00-05: virtio-snd : VirtIO PCM 5 : playback 1 : capture 1"],
      // Least value and value are signed; the driver does not extend them to ALSA's 64 bits.
      [
        controls,
        [
          ...[
            "1 Headphone Jack,0: type 1, access 1 = 0",
            "2 Playback Channel Map,0: type 2, access 15, 0 to 36 by 0 = 0 = 0",
          ],
          "3 Golden Volume,0: type 2, access 33, 4294967246 to 100 by 2 = 1 = 4294967293",
          ...["4 Golden Source,7: type 3, access 3, Line, Microphone = 1", "5 Golden Switch,0: type 1, access 1 = 1"],
        ].join("\n"),
      ],
      { device: "post eventq=JACK_CONNECTED,jack_id=0" },
      [`until ${controls} | grep -o 'Headphone.*= 1'; do :; done`, /= 1$/],
      { device: "post eventq=JACK_DISCONNECTED,jack_id=0" },
      [`until ${controls} | grep -o 'Headphone.*= 0'; do :; done`, /= 0$/],
      [`${controls} set 3 -7 >/tmp/set & until grep -s written /tmp/set; do :; done`, "written"],
      { device: "post eventq=CTL_NOTIFY,control_id=1,mask=5" },
      ["until grep changed /tmp/set; do :; done", "Golden Source has changed: 9"],
      [`${controls} tlv 3`, "1 8 -100 2 0 0"],
      // A container with one fixed map: front left, front right.
      [`${controls} tlv 2`, "0 16 257 8 3 4"],
      [`${controls} tlv 3 1 8 -200 4`],
      ["/pcm /dev/snd/pcmC0D5p 2 2 48000 480 >/tmp/play & until grep -s started /tmp/play; do :; done", "started"],
      { device: "release txq" },
      ["until grep done /tmp/play; do :; done", "done"],
      ["/pcm /dev/snd/pcmC0D5c 1 1 8000 80 >/tmp/record & until grep -s started /tmp/record; do :; done", "started"],
      { device: "release rxq" },
      ["until grep -q done /tmp/record; do :; done; sed -n 2p /tmp/record", recorded],
    ],
    accepts: ["CTLS"],
    meant: [
      { queue: "controlq", kind: "JACK_INFO", sent: { startId: 0, count: 1, size: 24 }, writable: [4, 24] },
      { queue: "controlq", kind: "PCM_INFO", sent: { startId: 0, count: 2, size: 32 }, writable: [4, 64] },
      { queue: "controlq", kind: "CHMAP_INFO", sent: { startId: 0, count: 1, size: 24 }, writable: [4, 24] },
      { queue: "controlq", kind: "CTL_INFO", sent: { startId: 0, count: 3, size: 96 }, writable: [4, 288] },
      { queue: "controlq", kind: "CTL_ENUM_ITEMS", sent: { controlId: 1 }, writable: [4, 128] },
      { queue: "controlq", kind: "CTL_READ", sent: { controlId: 0 }, writable: [516] },
      { queue: "controlq", kind: "CTL_READ", sent: { controlId: 2 }, writable: [516] },
      {
        queue: "controlq",
        kind: "CTL_WRITE",
        sent: { controlId: 0, newValue: { integer: [-7, ...Array<number>(127).fill(0)] } },
        writable: [4],
      },
      { queue: "controlq", kind: "CTL_TLV_READ", sent: { controlId: 0 }, writable: [4, 24] },
      {
        queue: "controlq",
        kind: "CTL_TLV_WRITE",
        sent: {
          controlId: 0,
          newType: 1,
          newLength: 8,
          newMetadata: Uint8Array.of(0x38, 0xff, 0xff, 0xff, 4, 0, 0, 0),
        },
        writable: [4],
      },
      {
        queue: "controlq",
        kind: "PCM_SET_PARAMS",
        // EVT_XRUNS, S16, 48000 Hz.
        sent: { streamId: 0, bufferBytes: 7680, periodBytes: 1920, features: 16, channels: 2, format: 5, rate: 7 },
        writable: [4],
      },
      ...life(0),
      {
        queue: "controlq",
        kind: "PCM_SET_PARAMS",
        sent: { streamId: 1, bufferBytes: 320, periodBytes: 80, features: 0, channels: 1, format: 4, rate: 1 },
      },
      ...life(1),
      { queue: "txq", kind: "playback", sent: { streamId: 0, frames: played.subarray(0, 1920) }, writable: [8] },
      { queue: "txq", kind: "playback", sent: { streamId: 0, frames: played.subarray(1920) }, writable: [8] },
      ...Array.from({ length: 4 }, () => ({ queue: "rxq", kind: "capture", sent: { streamId: 1 }, writable: [80, 8] })),
    ],
  },
];

/** What becomes of a stream that is set up. */
function life(streamId: number): Meant[] {
  return ["PCM_PREPARE", "PCM_START", "PCM_STOP", "PCM_RELEASE"].map((kind) => ({
    ...{ queue: "controlq", kind, sent: { streamId }, writable: [4] },
  }));
}
