// Measures in the page when something is painted; in every page of the browser that is measured.
// Within the callback of a frame a message is posted; it arrives when the frame is drawn.
window.painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => done(performance.now());
      port2.postMessage(null);
    });
  });

// Resolves when the change is painted that fulfils the condition.
window.paintedWhen = (isDone) =>
  new Promise((done) => {
    const observer = new MutationObserver(() => {
      if (!isDone()) return;
      observer.disconnect();
      painted().then(done);
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  });

const ROW = "[data-testid=contact-row]";
const shown = {
  saved: (name) => document.querySelector(ROW)?.textContent.includes(name),
  found: (query) => document.querySelector("[data-query]").dataset.query === query,
  asked: () => document.querySelector("[data-testid=confirm-dialog]")?.open,
  gone: (id) => !document.querySelector(`${ROW}[data-contact-id="${id}"]`),
};

// The milliseconds from the next event of a type until what is expected is painted; 0 if it never is.
window.time = (type, what, value, patience) =>
  new Promise((done) => {
    let startedAt = 0;
    addEventListener(type, ({ timeStamp }) => void (startedAt = timeStamp), { capture: true, once: true });
    paintedWhen(() => startedAt && shown[what](value)).then((now) => done(now - startedAt));
    setTimeout(() => done(0), patience);
  });

window.firstRow = paintedWhen(() => document.querySelector(ROW));
