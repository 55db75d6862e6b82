// Listens to the keys, and shows the sheet of all of them, from the same table.

import { useEffect, useState } from "react";
import { Dialog, DismissButton } from "$/browser/dialog.jsx";
import { sheet } from "$/browser/keyboard.jsx";
import { handle, KEYS } from "$/browser/keys.jsx";

const GROUPS = ["Everywhere", "In the list", "Selecting", "In the form", "Go to"];
const WORDS = ["or", "·"]; // between keys

// `first` is the key that was pressed before this was loaded.
export function Shortcuts({ first, look, children, ...rest }) {
  useEffect(() => {
    if (first) handle(first);
    document.addEventListener("keydown", handle);
    return () => document.removeEventListener("keydown", handle);
  }, []);
  return (
    <Dialog {...rest} isOpen={sheet.use() === "open"} onDismiss={() => sheet.set("")}>
      <Sheet look={look}>{children}</Sheet>
    </Dialog>
  );
}

// Its child is the icon of the button that closes it.
function Sheet({ look, children }) {
  const isMac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const groups = GROUPS.map((group) => [group, KEYS.filter((each) => each.group === group)]);
  return (
    <>
      <div className={look.header}>
        <h2 id="keys-title" className={look.title}>Keyboard shortcuts</h2>
        <DismissButton className={look.close} aria-label="Close" title="Close (Esc)" data-testid="close-shortcuts">{children}</DismissButton>
      </div>
      <div className={look.groups}>
        {groups.filter(([, keys]) => keys.length).map(([group, keys]) => (
          <div key={group}>
            <h3 className={look.group}>{group}</h3>
            <dl className={look.lines}>
              {keys.map(({ label, shown }) => (
                <div key={label} className={look.line}>
                  <dt className={look.label}>{label}</dt>
                  <dd className={look.keys}><Keys shown={shown} isMac={isMac} look={look} /></dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
      <SingleKeys look={look} />
    </>
  );
}

const Keys = ({ shown, isMac, look }) =>
  shown.split(" ").map((name, place) =>
    WORDS.includes(name)
      ? <span key={place} className={look.word}>{name}</span>
      : <kbd key={place} className={look.key}>{isMac && name === "Ctrl" ? "⌘" : name}</kbd>,
  );

const OFF = "no-single-keys"; // `head.js` sets the class before the first paint
const { classList } = document.documentElement;

function switchSingleKeys(isOn) {
  classList.toggle(OFF, !isOn);
  try {
    if (isOn) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "yes");
  } catch {
    // The storage is full: it is remembered until the page is left.
  }
}

function SingleKeys({ look }) {
  const [isOn, setOn] = useState(!classList.contains(OFF));
  const change = () => {
    switchSingleKeys(!isOn);
    setOn(!isOn);
  };
  return (
    <div className={look.foot}>
      <button type="button" role="switch" aria-checked={isOn} aria-labelledby="single-keys-label" className={look.switch} onClick={change} data-testid="single-keys">
        <span className={look.knob} />
      </button>
      <span id="single-keys-label">Single-key shortcuts</span>
      <span className={look.hint}>They rest while you type in a field.</span>
    </div>
  );
}
