import { peerCommand } from "./peers.js";
import type { Workspace } from "./workspace.js";

/**
 * Looks for damage in the file system on an image, with a program that changes nothing.
 * @throws Error that says what is damaged.
 */
export async function checkFileSystem(workspace: Workspace, image: string): Promise<void> {
  await workspace.run(peerCommand("e2fsck", "-f", "-n", image));
}
