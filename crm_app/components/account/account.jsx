// The account dialog. The address says whether it is open, and at which tab (`?account=tokens`).

import { useEffect, useRef } from "react";
import { close, show, useAddress } from "$/browser/address.js";
import { ConnectedButton, useConnection } from "$/browser/connection.jsx";
import { Dialog } from "$/browser/dialog.jsx";

// `onOpen` loads what it shows: each time it is opened, and again when the server has forgotten it.
export function AccountDialog({ isLoaded, onOpen, onClose, ...rest }) {
  const isOpen = Boolean(useAddress().account);
  const { load } = useConnection();
  const wasOpened = useRef(false);
  useEffect(() => {
    const isMissing = load && isOpen && !(wasOpened.current && isLoaded);
    if (!isOpen && wasOpened.current) onClose();
    wasOpened.current = isOpen && (wasOpened.current || isMissing);
    if (isMissing) onOpen();
  }, [load, isOpen, isLoaded]);
  return <Dialog {...rest} isOpen={isOpen && isLoaded} onDismiss={() => close("account")} />;
}

export const OpenAccountButton = (props) => (
  <ConnectedButton {...props} onClick={() => show({ account: "security" }, "account")} />
);
