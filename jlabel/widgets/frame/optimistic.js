// The state on screen: the kernel's state with the pending messages, which it has not answered yet, applied to it.

/**
 * `step(state, message)` returns the state that a message is expected to lead to; by default no message changes it.
 *
 * @template {import("./types").State} S
 * @param {{initial?: S, step?: (state: S, message: import("./types").Sent) => S}} [options]
 */
export function createOptimistic({ initial, step = (state) => state } = {}) {
  let state = initial ?? /** @type {S} */ ({ ack: 0 });
  /** @type {import("./types").Sent[]} */
  let pending = [];

  return {
    get state() {
      return state;
    },
    get pending() {
      return pending;
    },
    /**
     * Takes the kernel's state; messages that it has answered are no longer pending.
     *
     * @param {S} kernel
     */
    receive(kernel) {
      pending = pending.filter((message) => message.seq > kernel.ack);
      state = pending.reduce((before, message) => step(before, message), kernel);
    },
    /**
     * Applies a message that was sent, until the kernel answers it.
     *
     * @param {import("./types").Sent} message
     */
    sent(message) {
      pending.push(message);
      state = step(state, message);
    },
  };
}
