// What the browser says to the kernel: the other end of widgets/protocol.py.

/** `context()` is added to what is said about cells and to commands: what the screen showed meanwhile. */
export function createMessenger(send, start = 0, context = () => ({})) {
  let seq = start;
  const say = (kind, page, fields) => {
    const message = { kind, seq: ++seq, page: page ?? null, ...fields };
    send(message);
    return message;
  };
  return {
    cell: (page, action, items, more = {}) => say("cell", page, { action, items, ...more, ...context() }),
    command: (name, page = null, more = {}) => say("command", page, { name, ...more, ...context() }),
    view: (fields) => say("view", null, fields),
    shape: (page, { kind, ...fields }) => say(kind, page, fields),
    viewport: (page, size, viewport) => say("view", page, { ...size, viewport }),
    level: (brightness, contrast, more = {}) => say("level", null, { brightness, contrast, ...more }),
  };
}
