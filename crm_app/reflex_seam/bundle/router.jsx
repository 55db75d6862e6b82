// In place of React Router: each page is loaded by itself. The HTML still comes from React Router. It
// names the modules of its page; the HTML for unknown addresses has none but the root.

import { useEffect, useState } from "react";
import { ErrorBoundary } from "react-error-boundary";

const modules = () => window.__reactRouterRouteModules;

export function HydratedRouter() {
  const { Layout, default: App } = modules().root;
  return (
    <Layout>
      <ErrorBoundary FallbackComponent={Broken} onError={(error) => reportError(error)}>
        <App />
      </ErrorBoundary>
    </Layout>
  );
}

// After an error outside of the sections that have a boundary of their own.
const Broken = () => (
  <main className="grid min-h-dvh place-content-center p-4 text-center font-sans dark:text-white">
    <title>Something went wrong</title>
    <div role="alert">
      <h1 className="text-xl font-semibold">Something went wrong</h1>
      <p className="my-4">Your contacts are safe.</p>
      <button type="button" className="cursor-pointer underline" onClick={() => window.location.reload()}>Refresh page</button>
    </div>
  </main>
);

export function Outlet() {
  const { root, ...pages } = modules();
  const [page, setPage] = useState(Object.values(pages)[0]);
  useEffect(() => void (page || import("$/app/routes/[404]._index.jsx").then(setPage)), []);
  return page ? <page.default /> : null;
}

// A link to this page changes its address, which the page follows as it follows Back.
export function Link({ to, ...rest }) {
  const follow = (event) => {
    const { href, origin, pathname } = new URL(to, window.location.href);
    const isHere = origin === window.location.origin && pathname === window.location.pathname;
    if (!isHere || rest.target || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (href === window.location.href) return;
    history.pushState(null, "", href);
    window.dispatchEvent(new PopStateEvent("popstate"));
  };
  return <a {...rest} href={to} onClick={follow} />;
}

// The elements of the head that the HTML has already, and scripts that only the router needs.
const nothing = () => null;
export { nothing as Links, nothing as Meta, nothing as Scripts, nothing as ScrollRestoration };

const PARAMS = {};
const navigate = (to) => window.location.assign(to);
export const useLocation = () => window.location;
export const useNavigate = () => navigate;
export const useParams = () => PARAMS;
export const useSearchParams = () => [];
export const UNSAFE_withComponentProps = (Component) => Component;
