// Moving the focus between the rows of the list, wherever in the document they are.

const MOST_FRAMES = 60; // that a row may take to be drawn after scrolling

const ROW = "[data-contact-id]";
const topOf = (row) => row.getBoundingClientRect().top;
const rows = () => [...document.querySelectorAll(ROW)].sort((one, other) => topOf(one) - topOf(other));

export const rowWithFocus = () => document.activeElement?.closest(ROW);

// What scrolls the rows: the list, or on small screens the page.
function scrollerOf(row) {
  for (let element = row.parentElement; element && element !== document.body; element = element.parentElement) {
    const isScrolled = element.scrollHeight > element.clientHeight;
    if (isScrolled && /auto|scroll/.test(getComputedStyle(element).overflowY)) return element;
  }
  return document.documentElement;
}

function isInSight(row) {
  const scroller = scrollerOf(row);
  const isPage = scroller === document.documentElement;
  const { top, bottom } = isPage ? { top: 0, bottom: window.innerHeight } : scroller.getBoundingClientRect();
  const own = row.getBoundingClientRect();
  return own.bottom > top + 1 && own.top < bottom - 1;
}

function focus(row) {
  row.querySelector("button")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

export const focusRow = (id) => {
  const row = rows().find(({ dataset }) => dataset.contactId === id);
  if (row) focus(row);
};

// To the row so many below the one with the focus; from elsewhere to the first in sight.
export function step(by) {
  const all = rows();
  const at = all.indexOf(rowWithFocus());
  const next = at < 0 ? all.find(isInSight) ?? all[0] : all[at + by];
  if (next) focus(next);
}

// To the first or the last row, which may be drawn only after it was scrolled to.
export function jump(isToEnd) {
  const place = isToEnd ? -1 : 0;
  const [first] = rows();
  if (!first) return;
  const scroller = scrollerOf(first);
  scroller.scrollTop = isToEnd ? scroller.scrollHeight : 0;
  const settle = (frames) => {
    const row = rows().at(place);
    if (row && (isInSight(row) || !frames)) focus(row);
    else if (frames) requestAnimationFrame(() => settle(frames - 1));
  };
  settle(MOST_FRAMES);
}
