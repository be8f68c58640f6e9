/** Tests against programs that nobody here wrote. */
import { describe } from "vitest";
import { missingPeers } from "./installation.js";

export { peerCommand, peersRoot, sharedFolder } from "./installation.js";

/** A group of tests that need the peers. Without them it fails where $CI is set; elsewhere it is skipped, and the reason printed. */
export function describeWithPeers(name: string, body: () => void): void {
  const reason = missingPeers();
  if (reason === undefined) {
    describe(name, body);
    return;
  }
  if (process.env["CI"]) throw new Error(reason);
  console.warn(`skipped: ${name}: ${reason}`);
  describe.skip(name, body);
}
