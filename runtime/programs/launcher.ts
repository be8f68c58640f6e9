import { runBundle } from "./run-bundle.js";

/** Name of the program's bundle, which the build fills in. It has a hash of the content: a code cache fits no other. */
declare const BUNDLE: string;

runBundle(`${import.meta.dirname}/${BUNDLE}`, require);
