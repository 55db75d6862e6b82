// The inspector's icons (Lucide), in the colour of their text.

const PATHS = {
  right: ["m9 18 6-6-6-6"],
  down: ["m6 9 6 6 6-6"],
  ok: ["M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20", "m16 9-5.5 5.5L8 12"],
  refused: ["M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20", "M12 8v4", "M12 16h.01"],
  failed: ["M12 2a10 10 0 1 0 0 20a10 10 0 1 0 0-20", "m15 9-6 6", "m9 9 6 6"],
  pause: ["M15 3h3a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1h-3a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z", "M6 3h3a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1z"],
  clear: ["M21 21H8a2 2 0 0 1-1.42-.587l-3.994-3.999a2 2 0 0 1 0-2.828l10-10a2 2 0 0 1 2.829 0l5.999 6a2 2 0 0 1 0 2.828L12.834 21", "m5.082 11.09 8.828 8.828"],
  close: ["M18 6 6 18", "m6 6 12 12"],
  copy: ["M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2z", "M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"],
};
const STROKE = { fill: "none", stroke: "currentColor", strokeWidth: 2, strokeLinecap: "round", strokeLinejoin: "round" };

export function Icon({ name, className = "" }) {
  return (
    <svg className={`size-4 shrink-0 ${className}`} viewBox="0 0 24 24" aria-hidden="true" {...STROKE}>
      {PATHS[name].map((path) => <path key={path} d={path} />)}
    </svg>
  );
}
