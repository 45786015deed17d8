/** What goes on, told by the server as it happens; one stream for all that a page shows of it. */
import { Batch } from "./batch";
import { after, NOTHING, type Told } from "./scene";

const EVENTS = ["snapshot", "started", "updated", "stopped", "violation", "statistics"];

export class Live {
  scene = $state.raw(NOTHING);
  /** Whether the stream is broken; the browser mends it by itself. */
  broken = $state(false);

  /** Listen until the returned function is called. */
  listen(): () => void {
    const stream = new EventSource("/api/v1/analytics/live");
    const batch = new Batch<Told>((told) => {
      this.broken = false;
      this.scene = after(this.scene, told);
    });
    for (const name of EVENTS) {
      stream.addEventListener(name, (event: MessageEvent<string>) => batch.add([name, event.data]));
    }
    stream.onerror = () => (this.broken = true);
    return () => stream.close();
  }
}
