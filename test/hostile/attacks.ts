import { answerAttacks } from "./answer-attacks.js";
import type { Attack, Trial } from "./attack.js";
import { bufferAttacks } from "./buffer-attacks.js";
import { chainAttacks } from "./chain-attacks.js";
import { packedAttacks } from "./packed-attacks.js";
import { requestAttacks } from "./request-attacks.js";
import { timeOfUseAttacks } from "./time-of-use-attacks.js";
import { workAttacks } from "./work-attacks.js";

/** The table of attacks, by number. */
export const attacks: readonly (Attack | Trial)[] = [
  ...chainAttacks,
  ...bufferAttacks,
  ...requestAttacks,
  ...timeOfUseAttacks,
  ...answerAttacks,
  ...workAttacks,
  ...packedAttacks,
].sort((a, b) => a.number - b.number);
