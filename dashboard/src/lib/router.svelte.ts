/** Every view is a URL: its path names the page, its query what the page shows. */

class Router {
  path = $state(location.pathname);
  query = $state(new URLSearchParams(location.search));

  constructor() {
    addEventListener("popstate", () => this.#read());
    addEventListener("click", (event) => this.#follow(event));
  }

  /** Go to a page of ours. */
  go(href: string): void {
    history.pushState(null, "", href);
    this.#read();
    scrollTo(0, 0);
  }

  /** Show something else on the same page, as one entry of the browser's history at most. */
  show(changes: Record<string, string | null>): void {
    const query = new URLSearchParams(this.query);
    for (const [name, value] of Object.entries(changes)) {
      if (value === null || value === "") query.delete(name);
      else query.set(name, value);
    }
    const text = query.toString();
    history.replaceState(null, "", this.path + (text ? `?${text}` : ""));
    this.#read();
  }

  #read(): void {
    this.path = location.pathname;
    this.query = new URLSearchParams(location.search);
  }

  #follow(event: MouseEvent): void {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
    if (link === null || modified || event.button !== 0 || event.defaultPrevented) return;
    if (link.origin !== location.origin || link.target || link.hasAttribute("download")) return;
    const isHere = link.hash !== "" && link.pathname === location.pathname;
    if (isHere || !isPage(link.pathname)) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  }
}

/** Whether a path is one of the dashboard's, and not the API's or a document's. */
export function isPage(path: string): boolean {
  return !/^\/(api|docs|health|openapi\.json|metrics)(\/|$)/.test(path);
}

export const router = new Router();
