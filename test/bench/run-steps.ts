import { Listr } from "listr2";

/** One step of a run: its title, and what it does; what it returns is told beside the title. */
export interface Step {
  readonly title: string;
  run(progress: (text: string) => void): Promise<string>;
}

/**
 * Runs steps one after another, and tells how far it is: on a terminal in place, elsewhere line by line.
 *
 * @throws Error with the title of the step that failed
 */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const tasks = steps.map(({ title, run }) => ({
    title,
    task: async (_: unknown, task: { title: string; output: string }) => {
      const progress = (text: string) => {
        task.output = text;
      };
      const found = await run(progress).catch((error: Error) => {
        throw new Error(`${title}: ${error.message}`, { cause: error });
      });
      task.title = `${title}: ${found}`;
    },
  }));
  // Drawn when there is something new only: the processors are for what is measured. Who is interrupted cleans up by itself.
  await new Listr(tasks, { registerSignalListeners: false, rendererOptions: { lazy: true } }).run();
}
