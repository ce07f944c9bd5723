// One `exit` listener for all clients of this thread. It holds them weakly, so that a client that
// nobody has any more can be collected; its native end then drains it.

const drains = new Map<WeakRef<object>, () => void>();
let listening = false;

export function drainAtExit(client: object, drain: () => void): void {
  if (!listening) {
    listening = true;
    process.on('exit', () => {
      for (const one of drains.values()) one();
    });
  }
  for (const known of drains.keys()) if (known.deref() === undefined) drains.delete(known);
  drains.set(new WeakRef(client), drain);
}

export function forget(client: object): void {
  for (const known of drains.keys()) if (known.deref() === client) drains.delete(known);
}
