// Measures in the page, on the browser's own clock: from an input event to the frame that shows its effect.
// Armed before the gesture: at the next `event` it takes the event's time stamp, looks once a frame whether `probe` gives
// something else than before, and then lets two frames pass, by when the change is on the screen. So two frames are in
// every figure, those of the floor too.
({ event, probe }) => {
  const look = new Function(`return (${probe});`);
  const before = look();
  window.jlabelSample = new Promise((resolve) => {
    addEventListener(
      event,
      ({ timeStamp }) => {
        const painted = () =>
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - timeStamp)));
        const check = () => (look() !== before ? painted() : requestAnimationFrame(check));
        requestAnimationFrame(check);
      },
      { capture: true, once: true },
    );
  });
};
