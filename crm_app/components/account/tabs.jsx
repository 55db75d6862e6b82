// The tabs of the account dialog, of which the address names one.

import { createContext, useContext } from "react";
import { show, useAddress } from "$/browser/address.js";

const Chosen = createContext("");

export function Tabs({ names, children, ...rest }) {
  const { account } = useAddress();
  const chosen = names.includes(account) ? account : names[0];
  return <div {...rest}><Chosen.Provider value={chosen}>{children}</Chosen.Provider></div>;
}

export function Tab({ name, children, ...rest }) {
  const isChosen = useContext(Chosen) === name;
  const step = (event) => {
    const tabs = [...event.currentTarget.parentElement.children];
    const at = tabs.indexOf(event.currentTarget);
    const next = { ArrowUp: at - 1, ArrowLeft: at - 1, ArrowDown: at + 1, ArrowRight: at + 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs.at(next % tabs.length);
    tab.focus();
    tab.click();
  };
  const names = { id: `account-tab-${name}`, "aria-controls": `account-${name}` };
  return (
    <button {...rest} {...names} type="button" role="tab" aria-selected={isChosen} tabIndex={isChosen ? 0 : -1} onClick={() => show({ account: name })} onKeyDown={step}>
      {children}
    </button>
  );
}

// What is typed in it stays while another one is chosen.
export function TabPanel({ name, children, ...rest }) {
  return (
    <div {...rest} role="tabpanel" id={`account-${name}`} aria-labelledby={`account-tab-${name}`} hidden={useContext(Chosen) !== name}>
      {children}
    </div>
  );
}
