// Runs in the head, before Reflex reads the address and the storage. Whole-line comments are left
// out of the page; each statement ends with a semicolon, because lines are joined.

// A browser that blocks site data throws on access to its storage: what is kept then ends with the
// page.
function inMemory() {
  return Object.create({
    getItem(name) { return Object.hasOwn(this, name) ? this[name] : null; },
    setItem(name, value) { this[name] = String(value); },
    removeItem(name) { delete this[name]; },
  });
}
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].getItem("");
  } catch {
    Object.defineProperty(window, name, { value: inMemory() });
  }
}

// The right column was closed, single keys were switched off: nothing else is drawn first.
for (const name of ["column-closed", "no-single-keys"]) {
  if (localStorage.getItem(name)) document.documentElement.classList.add(name);
}

// Another view than the contacts, whose HTML this is.
document.documentElement.classList.toggle("at-trash", location.pathname === "/trash");

// The server refuses a socket whose token has not this shape.
if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(sessionStorage.getItem("token"))) {
  sessionStorage.removeItem("token");
}

// The address goes along with every event, and the server hangs up on a frame of 64 kB.
function shortenAddress() {
  const { pathname, search, hash } = location;
  if (search.length + hash.length < 2000) return;
  const given = new URLSearchParams(search);
  const kept = new URLSearchParams();
  for (const name of ["q", "edit", "contact", "account"]) {
    if (given.has(name)) kept.set(name, [...given.get(name)].slice(0, 200).join(""));
  }
  const link = hash.length < 200 ? hash : "";
  history.replaceState(history.state, "", `${pathname}?${kept}${link}`);
}
shortenAddress();
addEventListener("hashchange", shortenAddress);
