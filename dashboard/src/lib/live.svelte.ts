/** What goes on, told by the server as it happens; one stream for all that a page shows of it. */
import { Batch } from "./batch";
import { person } from "./person.svelte";
import { after, NOTHING, type Told } from "./scene";

const EVENTS = ["snapshot", "started", "updated", "stopped", "violation", "statistics"];
const SHORTEST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

export class Live {
  scene = $state.raw(NOTHING);
  /** Whether the stream is broken; it is mended as soon as the server answers. */
  broken = $state(false);

  /** Listen until the returned function is called. */
  listen(): () => void {
    let stream: EventSource;
    let wait = SHORTEST_WAIT_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let left = false;
    const batch = new Batch<Told>((told) => {
      this.broken = false;
      this.scene = after(this.scene, told);
    });
    const open = (): void => {
      stream = new EventSource("/api/v1/analytics/live");
      for (const name of EVENTS) {
        stream.addEventListener(name, (event: MessageEvent<string>) =>
          batch.add([name, event.data]),
        );
      }
      stream.onopen = () => (wait = SHORTEST_WAIT_MS);
      stream.onerror = () => {
        this.broken = true;
        // What was cut the browser mends by itself; what was answered with a problem it gives up.
        if (stream.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(() => void again(), wait);
        wait = Math.min(2 * wait, LONGEST_WAIT_MS);
      };
    };
    /** Open it anew, unless nobody is signed in any more: then that is found out here. */
    const again = async (): Promise<void> => {
      await person.find().catch(() => undefined);
      if (!left && person.current !== null) open();
    };
    open();
    return () => {
      left = true;
      clearTimeout(timer);
      stream.close();
    };
  }
}
