import { styleText } from "node:util";

export type ColorChoice = "auto" | "always" | "never";

/** Whether to color what goes to a stream. `auto` leaves NO_COLOR, FORCE_COLOR and terminals to Node. */
export function wantsColor(choice: ColorChoice, stream: NodeJS.WritableStream): boolean {
  if (choice !== "auto") return choice === "always";
  return styleText("red", "x", { stream, validateStream: true }) !== "x";
}
