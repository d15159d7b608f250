// The height of a labeler: it fills the part of the window in which its notebook scrolls, so that Submit is in sight.

const MARGIN = 16; // CSS pixels of the notebook above and below the labeler
const [MIN, MAX] = [300, 1200]; // CSS pixels; below the first a page can't be labeled, and is scrolled
// What scrolls around an output: JupyterLab 4 and Notebook 7, JupyterLab's "New View for Output", nbclassic. Elsewhere
// (Voila) the window does. Outputs have an overflow of their own and grow with their contents, so none is found by its style.
const SCROLLERS = ".jp-WindowedPanel-outer, .jp-LinkedOutputView, #site";

/**
 * Keeps `root` as high as the window allows, or `fixed` CSS pixels high.
 *
 * @param {HTMLElement} root
 * @param {number | null} fixed
 */
export function createFrameHeight(root, fixed) {
  const scroller = root.closest(SCROLLERS);
  const fit = () => {
    const room = (scroller?.clientHeight || window.innerHeight) - MARGIN;
    root.style.setProperty("--jl-height", `${fixed ?? Math.max(MIN, Math.min(MAX, room))}px`);
  };
  const observer = new ResizeObserver(fit);
  observer.observe(scroller ?? document.documentElement);
  window.addEventListener("resize", fit);
  fit();
  return {
    /** Scrolls the notebook until the whole labeler is in sight. */
    reveal: () => root.scrollIntoView({ block: "nearest" }),
    close() {
      observer.disconnect();
      window.removeEventListener("resize", fit);
    },
  };
}
