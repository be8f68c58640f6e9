import type { Scenario } from "../scenario.js";

const done = [
  ...["RESOURCE_CREATE_2D", "RESOURCE_UNREF", "SET_SCANOUT", "RESOURCE_FLUSH", "TRANSFER_TO_HOST_2D"],
  ...["RESOURCE_ATTACH_BACKING", "RESOURCE_DETACH_BACKING"],
];

/** A monitor that calls itself Golden. */
const edid =
  "00ffffffffffff005936341201000000011e010480100a780a00000000000000000000000000000000000000000000000000" +
  "0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000" +
  "0000000000000000000000fc00476f6c64656e0a20202020202000d1";

const connector = "/sys/class/drm/card0-Virtual-1";
const screen = { x: 0, y: 0, width: 640, height: 400 };

/** It says the picture and the hot spot of a cursor that moves, too. */
const cursor = { resourceId: 3, hotX: 3, hotY: 4 };

function at(x: number, y: number): object {
  return { scanoutId: 0, x, y };
}

function mode(width: number, height: number): string {
  return `pmodes[0].r.width=${width},pmodes[0].r.height=${height},pmodes[0].enabled=1`;
}

/** Linux's virtio-gpu: drivers/gpu/drm/virtio. */
export const scenarios: readonly Scenario[] = [
  {
    device: "gpu",
    frontend: "qemu",
    modules: ["virtio-gpu"],
    queues: 2,
    options: [
      ...["--offer", "EDID,RESOURCE_UUID", "--set", "num_scanouts=1"],
      ...["--answer", `GET_DISPLAY_INFO=OK_DISPLAY_INFO,${mode(640, 400)}`],
      ...["--answer", `GET_DISPLAY_INFO=OK_DISPLAY_INFO,${mode(800, 600)}`],
      ...["--answer", `GET_EDID=OK_EDID,size=128,edid=${edid}`],
      ...done.flatMap((kind) => ["--answer", `${kind}=OK_NODATA`]),
    ],
    guest: [
      ["echo 0 >/sys/class/graphics/fbcon/cursor_blink"],
      [`cd ${connector}; cat status enabled`, "connected\nenabled"],
      [`head -n 1 ${connector}/modes`, "640x400"],
      ["cat /sys/class/graphics/fb0/virtual_size", "640,400"],
      [`xxd -p -c 128 ${connector}/edid`, edid],
      ["/cursor /dev/dri/card0"],
      { device: "set events_read=1" },
      [`cd ${connector}; until echo detect >status; head -n 1 modes | grep 800x600; do :; done`, "800x600"],
    ],
    accepts: ["EDID", "RESOURCE_UUID"],
    meant: [
      { queue: "controlq", kind: "GET_EDID", sent: { scanout: 0 }, writable: [1056] },
      { queue: "controlq", kind: "GET_DISPLAY_INFO", sent: {}, writable: [408] },
      // XRGB8888, which is BGRX in memory.
      { queue: "controlq", kind: "RESOURCE_CREATE_2D", sent: { format: 2, width: 640, height: 400 }, writable: [24] },
      { queue: "controlq", kind: "RESOURCE_ATTACH_BACKING", sent: {}, writable: [24] },
      { queue: "controlq", kind: "TRANSFER_TO_HOST_2D", sent: { r: screen, offset: 0 }, writable: [24] },
      { queue: "controlq", kind: "SET_SCANOUT", sent: { r: screen, scanoutId: 0 }, writable: [24] },
      { queue: "controlq", kind: "RESOURCE_FLUSH", sent: { r: screen }, writable: [24] },
      { queue: "controlq", kind: "RESOURCE_CREATE_2D", sent: { format: 2, width: 64, height: 64 }, writable: [24] },
      { queue: "controlq", kind: "RESOURCE_ATTACH_BACKING", sent: { resourceId: 3 }, writable: [24] },
      // It waits for the picture of a cursor: with a fence, which the answer has too.
      {
        queue: "controlq",
        kind: "TRANSFER_TO_HOST_2D",
        sent: { hdr: { flags: 1, fenceId: 1n }, r: { x: 0, y: 0, width: 64, height: 64 }, resourceId: 3 },
        writable: [24],
      },
      { queue: "controlq", kind: "RESOURCE_UNREF", sent: { resourceId: 3 }, writable: [24] },
      { queue: "controlq", kind: "GET_DISPLAY_INFO", sent: {}, writable: [408] },
      { queue: "cursorq", kind: "UPDATE_CURSOR", sent: { pos: at(0, 0), ...cursor }, writable: [] },
      { queue: "cursorq", kind: "MOVE_CURSOR", sent: { pos: at(30, 40), ...cursor }, writable: [] },
      { queue: "cursorq", kind: "UPDATE_CURSOR", sent: { resourceId: 0 }, writable: [] },
    ],
    // It has seen that a display has changed.
    writes: [["events_clear", "1 (DISPLAY)"]],
  },
];
