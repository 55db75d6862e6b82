// An address that names a contact which is deleted, or of which nothing is known.

import { useEffect } from "react";
import { useConnection } from "$/browser/connection.jsx";

// The history tells whether it is in the trash. Its children: what is said, and the way to bring it back.
export function MissingContact({ missingId, contactId, entries, onLoad, children: [text, restore], ...rest }) {
  const { load } = useConnection();
  useEffect(() => void (load && onLoad(missingId, 0, 0)), [load, missingId]);
  const isInTrash = contactId === missingId && entries[0]?.action === "deleted";
  return <div {...rest} role="status">{text}{isInTrash && restore}</div>;
}
