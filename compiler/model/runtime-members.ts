/**
 * Members of the runtime's base classes: what a name of a definition must not hide, by the class that generated code
 * extends. The tests compare each list with its class.
 */

/** Requests, and buffers of pools. Generated classes add what is not the runtime's: `complete`, `dispatch`, `prepare`. */
export const bufferMembers: ReadonlySet<string> = new Set([
  ...["input", "output", "terms", "readable", "writable", "kind", "serial"],
  ...["arrive", "retire", "fail", "setStatus", "openCommon", "openKind", "openReadable", "openWritable"],
  ...["readableItems", "openOutputItems", "openItems", "malformed", "refuse", "finish"],
  ...["hasRoom", "openAnswer", "openChosen", "copyToAnswer"],
  ...["complete", "dispatch", "prepare"],
]);

/** Structs inside of requests. */
export const structMembers: ReadonlySet<string> = new Set(["scratch", "base", "moveTo", "at"]);

/** Devices, which behaviours extend with handlers. */
export const deviceMembers: ReadonlySet<string> = new Set([
  ...["config", "log", "offers", "negotiated", "needsReset", "share", "refuses", "onReady", "onStopping", "onReset"],
  ...["onFeaturesAgreed", "onClose"],
]);
