import type { RunningProgram } from "./running-program.js";
import { until } from "./until.js";

/** What the kernel's terminal takes at once; longer scripts belong into a file of the guest. */
const LINE_MAX = 4000;

const READY = /^@ready\n/m;

/** A Linux under test, driven over a terminal; guest/init answers there. */
export class Guest {
  readonly #machine: RunningProgram;
  #commands = 0;

  private constructor(machine: RunningProgram) {
    this.#machine = machine;
  }

  static async boot(machine: RunningProgram): Promise<Guest> {
    const guest = new Guest(machine);
    await guest.#answer(READY, "the guest is up");
    return guest;
  }

  /**
   * Runs a shell script in the guest, which ends at the first command that fails; what it printed.
   * @throws Error with what it printed, if it fails or the guest dies.
   */
  async run(script: string): Promise<string> {
    const number = ++this.#commands;
    this.#send(number, script);
    const { before: output, group: status } = await this.#answer(new RegExp(`^@done ${number} (\\d+)\n`, "m"), script);
    if (status !== "0") throw new Error(`the guest failed with ${status}: ${script}\n${output}`);
    return output.trim();
  }

  /** Asks until the script prints that. */
  async runUntil(script: string, expected: string): Promise<void> {
    await until(`the guest prints ${expected}: ${script}`, async () => (await this.run(script)) === expected);
  }

  /** Starts the guest's Linux again, in the same machine. */
  async reboot(): Promise<void> {
    this.#send(++this.#commands, "sync; reboot -f");
    await this.rebooted();
  }

  /** Waits until it has started again, whoever made it do so. */
  async rebooted(): Promise<void> {
    await this.#answer(READY, "the guest is up again");
  }

  /** Ends the guest's Linux, and with it the machine. */
  async powerOff(): Promise<void> {
    this.#send(++this.#commands, "sync; poweroff -f");
    await this.#machine.ended;
  }

  /** Takes the machine away, as a crash of it does. */
  async crash(): Promise<void> {
    await this.#machine.kill();
  }

  #send(number: number, script: string): void {
    const line = `${number} ${Buffer.from(script).toString("base64")}\n`;
    if (line.length > LINE_MAX) throw new RangeError(`the script is too long: ${script}`);
    this.#machine.write(line);
  }

  #answer(line: RegExp, what: string): Promise<{ before: string; group: string }> {
    return until(what, () => {
      const answer = this.#machine.take(line);
      if (answer === undefined && !this.#machine.isRunning) throw this.#machine.failure(`ended before this: ${what}`);
      return answer;
    });
  }
}
