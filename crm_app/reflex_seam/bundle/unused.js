// In place of modules that Reflex and socket.io import, and this page never calls.

export default class Cookies {} // universal-cookie: no variable of a state is a cookie
export const mergician = (...objects) => Object.assign({}, ...objects); // no component merges styles
export const uploadFiles = undefined; // files go to an HTTP route, not through Reflex

// The socket is a WebSocket from the start, and its frames are text.
export const XHR = undefined;
export const Fetch = undefined;
export const WT = undefined;
export const isBinary = () => false;
export const hasBinary = () => false;
export const deconstructPacket = undefined;
export const reconstructPacket = undefined;
