const stateLength = 624;
const shiftLength = 397;

/**
 * The Mersenne Twister MT19937: the source of bits below NumPy's legacy generator.
 *
 * Source: M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform
 * pseudorandom number generator", ACM TOMACS 8 (1998); seeding as in their 2002 revision.
 */
export class Mt19937 {
  readonly #state: Uint32Array = new Uint32Array(stateLength);
  #position: number = stateLength;

  /** @param seed an integer from 0 to 2^32 - 1; the caller has checked it. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < stateLength; i++) {
      const previous = state[i - 1] ^ (state[i - 1] >>> 30);
      state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** The next 32 random bits as an integer from 0 to 2^32 - 1. */
  uint32(): number {
    if (this.#position === stateLength) this.#renew();
    let bits = this.#state[this.#position++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    bits ^= bits >>> 18;
    return bits >>> 0;
  }

  // The recurrence mixes each word with its neighbour and with the one 397 places on.
  #renew(): void {
    const state = this.#state;
    for (let i = 0; i < stateLength; i++) {
      const joined = (state[i] & 0x80000000) | (state[(i + 1) % stateLength] & 0x7fffffff);
      const twist = joined & 1 ? 0x9908b0df : 0;
      state[i] = state[(i + shiftLength) % stateLength] ^ (joined >>> 1) ^ twist;
    }
    this.#position = 0;
  }
}
