/** Something that has its turn, and says when it is over. */
export interface Turn {
  /** The next in line. */
  nextTurn: Turn | undefined;
  /** Calls `leave` when it is over, at once or later. */
  begin(): void;
}

/**
 * Lets one range after the other change an image: so only what one of them has at the kernel can still change it when a
 * session is given up, and not what waits. Two at once would wait for each other in the file system anyway. Each lane has
 * its own turns: all look at the same word to know that their session is over.
 */
export class RangeTurns {
  #first: Turn | undefined;
  #last: Turn | undefined;
  #begun: Turn | undefined;
  #beginning = false;

  join(turn: Turn): void {
    if (this.#last === undefined) this.#first = turn;
    else this.#last.nextTurn = turn;
    this.#last = turn;
    this.#begin();
  }

  /** The first is over. */
  leave(): void {
    const over = this.#first as Turn;
    this.#first = over.nextTurn;
    if (this.#first === undefined) this.#last = undefined;
    over.nextTurn = this.#begun = undefined;
    this.#begin();
  }

  /** A loop, for turns that are over at once may be many. */
  #begin(): void {
    if (this.#beginning) return;
    this.#beginning = true;
    while (this.#first !== this.#begun) {
      this.#begun = this.#first;
      this.#first?.begin();
    }
    this.#beginning = false;
  }
}
