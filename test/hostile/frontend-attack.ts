import type { Received } from "../../runtime/vhost-user/frontend-socket.js";
import type { Attacker } from "./attacker.js";
import type { FrontendSentenceKey } from "./frontend-sentences.js";

/** One thing that a hostile frontend does. */
interface Row {
  /** Number in the catalogue of attacks that vhost-user backends fell to. */
  readonly number: number;
  readonly name: string;
  /** The sentence that the frontend violates; or, where none forbids it, what the backend is to make of it. */
  readonly sentence: FrontendSentenceKey;
  /** What the log says about it; absent where there is nothing to say. */
  readonly log?: RegExp;
  /** The ring runs before the attack begins. */
  readonly running?: boolean;
}

export interface RawMessage {
  readonly request: number;
  readonly payload?: Uint8Array;
  readonly descriptors?: readonly number[];
}

/** A message that must not be taken: said to whoever asks (NEED_REPLY), and the end of the session for who does not. */
export interface BadMessage extends Row {
  readonly log: RegExp;
  /** What comes before, which is no more than unusual. */
  prepare?(attacker: Attacker): Promise<void>;
  message(attacker: Attacker): RawMessage;
  /** Its own reply says that it failed, asked or not; `ends`: it has a reply that cannot, and so ends the session. */
  readonly reply?: "ends" | ((reply: Received) => void);
}

/** An attack of more than one message, or of less; says itself what is right. */
export interface Campaign extends Row {
  run(attacker: Attacker): Promise<void>;
  /** How it ends for the frontend. */
  readonly end: "goes on" | "closed" | "left";
}

export type FrontendAttack = BadMessage | Campaign;
