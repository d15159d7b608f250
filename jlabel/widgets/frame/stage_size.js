// The size of the stage: reported when it is first known and whenever it has changed.

const MIN_SIZE = 50; // CSS pixels; a stage without a layout has none
const REST = 200; // milliseconds for which a stage must keep a new size before it is reported

/**
 * `report`: takes the size, with what was given to `measure`.
 *
 * @param {Element} stage
 * @param {(size: import("./types").Size & {zoom?: [number, number, number], claim?: {take?: boolean}}) => void} report
 */
export function createStageSize(stage, report) {
  let reported = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {object} [more] */
  const measure = (more) => {
    const [width, height] = [Math.floor(stage.clientWidth), Math.floor(stage.clientHeight)];
    if (width < MIN_SIZE || height < MIN_SIZE) return;
    const ratio = Math.min(4, window.devicePixelRatio || 1);
    const size = `${width} ${height} ${ratio}`;
    if (size === reported && !more) return;
    reported = size;
    report({ width, height, ratio, ...more });
  };
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => measure(), reported ? REST : 0);
  });
  return {
    /** Reports the size together with `more`, also where it has not changed. */
    measure,
    /** Reports the size again, although it has not changed. */
    again() {
      reported = "";
      measure();
    },
    start() {
      observer.observe(stage);
      measure();
    },
    close() {
      clearTimeout(timer);
      observer.disconnect();
    },
  };
}
