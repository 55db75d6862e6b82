// Measures actions in the browser, in development only: from sending the event to each update and to
// the frame that shows it, and the size of the updates. Runs before Reflex opens its socket.
(() => {
  const MOST = 200;
  const MARKER = '42/_event,["inspector",';
  const UPDATE = '42/_event,["event",';
  const sent = new Map();
  let announced = null; // whose update comes next
  const probe = { measured: [], onMeasured: () => {} };
  window.crmInspector = probe;

  function name(event) {
    const id = Math.floor(Math.random() * 2 ** 52) + 1;
    event.event_actions = { ...event.event_actions, inspector: id };
    sent.set(id, { at: performance.now(), received: 0 });
    if (sent.size > MOST) sent.delete(sent.keys().next().value);
  }

  function receive(frame) {
    if (typeof frame !== "string") return;
    if (frame.startsWith(MARKER)) {
      announced = JSON.parse(frame.slice(frame.indexOf("[")))[1];
    } else if (frame.startsWith(UPDATE) && announced) {
      measure(announced, new Blob([frame]).size);
      announced = null;
    }
  }

  // A hidden page paints nothing.
  function measure({ id, updates }, bytes) {
    const action = sent.get(id);
    if (!action) return;
    const receivedAt = performance.now();
    action.received += bytes;
    const { received, at } = action;
    const report = () => {
      const painted_ms = document.hidden ? 0 : performance.now() - receivedAt;
      probe.measured.push({ id, updates, answered_ms: receivedAt - at, painted_ms, received });
      probe.onMeasured();
    };
    if (document.hidden) report();
    else requestAnimationFrame(() => requestAnimationFrame(report));
  }

  // The application's own script sets hooks as well.
  let hooks = { onEventSend: name };
  Object.defineProperty(window, "__reflex_otel", {
    get: () => hooks,
    set: (given) => (hooks = { ...given, onEventSend: name }),
  });
  window.WebSocket = class extends WebSocket {
    constructor(...options) {
      super(...options);
      if (!String(options[0]).includes("/_event")) return;
      this.addEventListener("message", ({ data }) => receive(data));
    }
  };
})();
