/** Let the keyboard scroll what is larger than its room: it is a stop then, and else none. */
export function reachable(element: HTMLElement): () => void {
  const watch = new ResizeObserver(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = element;
    if (scrollWidth > clientWidth || scrollHeight > clientHeight) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  });
  watch.observe(element);
  return () => watch.disconnect();
}
