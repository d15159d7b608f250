// The key B: boxes become the outlines of the objects in them, as the project's model finds them.

/**
 * Returns what B does: it asks for the outlines, or says why there are none.
 *
 * @param {{kernel: () => {outline?: string | null}, notice: import("../frame/types").Notice}} frame
 * @param {{readonly unclassed: unknown[], readonly busy: boolean, command: (name: string) => boolean}} editor
 */
export function createOutlines({ kernel, notice }, editor) {
  return () => {
    const reason = kernel().outline;
    if (reason) notice.show(reason);
    else if (editor.unclassed.length)
      notice.show("What you have drawn needs a class first: press its key or click it.");
    else if (!editor.command("outline"))
      notice.show("Draw a box around an object, or select a shape that is not locked, then press B.");
  };
}
