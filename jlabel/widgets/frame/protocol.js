// The browser's end of the protocol between browser and kernel; the kernel's is widgets/protocol.py.

/** The id of a new view of a screen: 16 hexadecimal digits. */
export function createViewId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * `view`: the id of the view that sends; `start`: the last number used; `context()`: fields added to cell messages and
 * commands.
 *
 * @param {(message: import("./types").Message) => void} send
 * @param {string} view
 * @param {number} [start]
 * @param {() => object} [context]
 * @returns {import("./types").Messenger}
 */
export function createMessenger(send, view, start = 0, context = () => ({})) {
  let seq = start;
  /** @type {(kind: string, page: string | null | undefined, fields: object) => any} */
  const post = (kind, page, fields) => {
    const message = { kind, seq: ++seq, view, page: page ?? null, ...fields };
    send(message);
    return message;
  };
  return {
    /** Sends a message of any kind and returns it with its number. */
    send: post,
    cell: (page, action, items, more = {}) => post("cell", page, { action, items, ...more, ...context() }),
    command: (name, page = null, more = {}) => post("command", page, { name, ...more, ...context() }),
    view: (fields) => post("view", null, fields),
    shape: (page, { kind, ...fields }) => post(kind, page, fields),
    viewport: (page, size, viewport) => post("view", page, { ...size, viewport }),
    level: (brightness, contrast, more = {}) => post("level", null, { brightness, contrast, ...more }),
  };
}
