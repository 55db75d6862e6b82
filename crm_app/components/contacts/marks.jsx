// Texts in which the matches of the search are marked.

const pieces = (text, marks) => {
  const shown = [];
  let last = 0;
  for (let index = 0; index < marks.length; index += 2) {
    const [start, end] = marks.slice(index, index + 2);
    shown.push(text.slice(last, start), <mark key={start}>{text.slice(start, end)}</mark>);
    last = end;
  }
  return [...shown, text.slice(last)];
};

// `marks` are the places where matches start and end, in turn. The element is replaced as a whole: what
// extensions of browsers make of its text is no longer React's.
export const Marked = ({ text, marks = [] }) => (
  <span key={`${text} ${marks}`}>{marks.length ? pieces(text, marks) : text}</span>
);

const secondOf = ({ company, marks }, names) => {
  const usual = company ? "company" : "email";
  return [usual, ...names].find((name) => marks[name]) ?? usual;
};

// Its child is the link of the email. Phones show another field in its place: the company, or in a search
// the first of `names` that matches.
export function SecondLine({ row, names, children }) {
  const name = secondOf(row, names);
  const isEmail = name === "email";
  return (
    <>
      {isEmail ? null : <span dir="auto" className="sm:hidden"><Marked text={row[name]} marks={row.marks[name]} /></span>}
      <span className={isEmail ? "contents" : "contents max-sm:hidden"}>{children}</span>
    </>
  );
}
