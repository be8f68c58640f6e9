/** A lane: the entry of its thread. */
import { parentPort, workerData } from "node:worker_threads";
import { eventLoop } from "../io/event-loop.js";
import type { Backend } from "../virtio/backend.js";
import { Lane } from "./lane.js";
import type { LaneMessage, LaneOrigin } from "./messages.js";

const { module, pollMaxUs } = workerData as LaneOrigin;
eventLoop().pollMaxUs = pollMaxUs;
const { default: backend } = (await import(module)) as { readonly default: Backend<never> };
const lane = new Lane(backend, (report) => parentPort?.postMessage(report));
parentPort?.on("message", (message: LaneMessage) => lane.take(message));
