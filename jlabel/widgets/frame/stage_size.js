// The stage's size, told whenever it is another one.

const LEAST = 50; // CSS pixels; a stage that is not laid out yet has none
const REST = 200; // milliseconds that a stage must keep its size before it is told again

export function createMeasure(stage, send) {
  let told = "";
  let settle = 0;
  const tell = (more = {}) => {
    const [width, height] = [Math.floor(stage.clientWidth), Math.floor(stage.clientHeight)];
    if (width < LEAST || height < LEAST) return;
    const ratio = Math.min(4, window.devicePixelRatio || 1);
    const size = `${width} ${height} ${ratio}`;
    if (size === told && !more.zoom) return;
    told = size;
    send({ width, height, ratio, ...more });
  };
  const observer = new ResizeObserver(() => {
    clearTimeout(settle);
    settle = setTimeout(tell, told ? REST : 0);
  });
  return {
    tell,
    /** Tells the size again though it is the same. */
    again() {
      told = "";
      tell();
    },
    start() {
      observer.observe(stage);
      tell();
    },
    close() {
      clearTimeout(settle);
      observer.disconnect();
    },
  };
}
