import type { Worker } from "node:worker_threads";
import { throwLater } from "../io/uncaught.js";
import type { Logger } from "../log.js";
import type { LaneMessage, LaneOrigin, LaneReport } from "./messages.js";

/** Hears of a queue that was started. */
export type OnQueueReport = (report: Extract<LaneReport, { readonly queue: number }>) => void;

/** Young objects are few, for no request makes any; and with a bound that no lane reaches V8 begins 1 MB smaller. */
const LIMITS = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 512 };

/** The control side's end of a lane, whose thread starts with the first queue that runs there. */
export class LaneThread {
  readonly #origin: LaneOrigin;
  readonly #device: { readonly log: Logger };
  readonly #queues = new Map<number, OnQueueReport>();
  readonly #questions = new Map<number, () => void>();
  #asked = 0;
  /** How much it was told, and how much of that it has taken for certain. */
  #told = 0;
  #taken = 0;
  #worker: Worker | undefined;
  /** The last message of each kind that a lane has to know whenever it starts. */
  #preparation: LaneMessage | undefined;
  #memory: LaneMessage | undefined;

  /** @param device whose log is that of the lane */
  constructor(origin: LaneOrigin, device: { readonly log: Logger }) {
    this.#origin = origin;
    this.#device = device;
  }

  /** Whether it was told what it may not have taken yet. */
  get behind(): boolean {
    return this.#taken < this.#told;
  }

  /** Tells it what it has to know before it runs queues. */
  prepare(message: Extract<LaneMessage, { kind: "prepare" }>): void {
    this.#preparation = message;
    this.tell(message);
  }

  setMemory(message: Extract<LaneMessage, { kind: "memory" }>): void {
    this.#memory = message;
    this.tell(message);
  }

  /** Starts a queue; what the lane has to say about it is reported, until it is forgotten. */
  run(message: Extract<LaneMessage, { kind: "run" }>, onReport: OnQueueReport): void {
    this.#worker ??= this.#start();
    this.#queues.set(message.queue, onReport);
    this.tell(message);
  }

  /** Hears nothing more of a queue. */
  forget(queue: number): void {
    this.#queues.delete(queue);
  }

  /** A lane that has not started needs to know nothing. */
  tell(message: LaneMessage): void {
    if (this.#worker === undefined) return;
    this.#worker.postMessage(message);
    this.#told++;
  }

  /** Resolves when it has taken all that it was told before: or, to `settle`, when nothing of its I/O is in flight. */
  async ask(kind: "reach" | "settle"): Promise<void> {
    if (this.#worker === undefined) return;
    const question = ++this.#asked;
    this.tell({ kind, question });
    const told = this.#told;
    await new Promise<void>((resolve) => this.#questions.set(question, resolve));
    this.#taken = Math.max(this.#taken, told);
  }

  /** Ends the thread when nothing is in flight there. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    await this.ask("settle");
    this.#worker = undefined;
    await worker.terminate();
  }

  #start(): Worker {
    // A program without lanes does not load it.
    const threads = process.getBuiltinModule("node:worker_threads");
    const worker = new threads.Worker(entry(), { workerData: this.#origin, resourceLimits: LIMITS });
    worker.on("message", (report: LaneReport) => this.#take(report));
    // As on any thread, what nobody catches ends the process.
    worker.on("error", (error) => this.#died(worker, error));
    worker.on("exit", (code) => this.#died(worker, new Error(`a lane ended with exit code ${code}`)));
    for (const message of [this.#preparation, this.#memory]) if (message !== undefined) worker.postMessage(message);
    return worker;
  }

  #take(report: LaneReport): void {
    if (report.kind === "log") this.#device.log[report.level](report.message);
    else if (report.kind === "done") this.#answered(report.question);
    else this.#queues.get(report.queue)?.(report);
  }

  #answered(question: number): void {
    this.#questions.get(question)?.();
    this.#questions.delete(question);
  }

  #died(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    throwLater(error);
  }
}

/** Tests run the source, and Node what was built from it. */
function entry(): URL {
  const folder = import.meta.url.endsWith(".ts") ? "../../dist/runtime/lanes/" : "../lanes/";
  return new URL(`${folder}lane-worker.js`, import.meta.url);
}
