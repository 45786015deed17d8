/** The time of day, for what moves on its own between two reports. */

let now = $state(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Return the milliseconds since 1970, to the second; who reads it is told each second. */
export function nowMs(): number {
  return now;
}

/** Keep the clock running until the returned function is called. */
export function run(): () => void {
  users += 1;
  now = Date.now();
  timer ??= setInterval(() => (now = Date.now()), 1000);
  return () => {
    users -= 1;
    if (users > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
