/** Which elements can be seen: one watch for all of them, so that what is out of sight costs nothing. */
import type { Attachment } from "svelte/attachments";

type Told = (isSeen: boolean) => void;

const told = new WeakMap<Element, Told>();
let watch: IntersectionObserver | undefined;

/** Tell whether an element is in sight, or nearly, now and whenever that changes. */
export function whileSeen(tell: Told): Attachment {
  return (element) => {
    watch ??= new IntersectionObserver(
      (entries) => entries.forEach((entry) => told.get(entry.target)?.(entry.isIntersecting)),
      { rootMargin: "400px" },
    );
    told.set(element, tell);
    watch.observe(element);
    return () => watch?.unobserve(element);
  };
}
