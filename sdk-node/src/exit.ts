// The end of the process: what is queued is delivered, within each client's shutdownTimeoutMs.
//
// beforeExit comes when the event loop is empty and may wait for promises; exit comes always (also
// of process.exit() and an uncaught exception) and may not, so there the native client blocks. The
// listeners exist only while a client is open.

export interface Drainable {
  readonly shutdownTimeoutMs: number;
  hasPending(): boolean;
  drain(timeoutMs: number): Promise<unknown>;
  drainSync(timeoutMs: number): void;
}

interface Entry {
  client: Drainable;
  /** Milliseconds of performance.now() at which its shutdown is over; set by the first drain. */
  deadline: number | undefined;
}

const open = new Map<Drainable, Entry>();
let exiting = false;

function remaining(entry: Entry): number {
  entry.deadline ??= performance.now() + entry.client.shutdownTimeoutMs;
  return Math.max(0, entry.deadline - performance.now());
}

function onBeforeExit(): void {
  for (const entry of open.values()) {
    // Waits once: after a failure `exit` has what is left of the time, and then it is over.
    if (entry.deadline === undefined && entry.client.hasPending()) {
      void entry.client.drain(remaining(entry));
    }
  }
}

function onExit(): void {
  exiting = true;
  // All deadlines first: they pass at the same time, not one after the other.
  const entries = [...open.values()];
  for (const entry of entries) remaining(entry);
  for (const entry of entries) entry.client.drainSync(remaining(entry));
}

/**
 * A later listener of `exit` that logs: nothing comes after it, so its record is delivered at once.
 */
export function afterRecord(client: Drainable): void {
  const entry = open.get(client);
  if (entry === undefined) return;
  if (exiting) client.drainSync(remaining(entry));
}

export function isExiting(): boolean {
  return exiting;
}

/** The application went on after beforeExit: the next end has the whole time again. */
export function renew(client: Drainable): void {
  const entry = open.get(client);
  if (entry !== undefined && !exiting) entry.deadline = undefined;
}

export function addClient(client: Drainable): void {
  if (open.size === 0) {
    process.on('beforeExit', onBeforeExit);
    process.on('exit', onExit);
  }
  open.set(client, { client, deadline: undefined });
}

export function removeClient(client: Drainable): void {
  if (!open.delete(client) || open.size > 0) return;
  process.off('beforeExit', onBeforeExit);
  process.off('exit', onExit);
}

/**
 * On each signal: delivers, then lets the signal do what it would have done. Where the application
 * listens for the signal too, ending the process stays its own business.
 */
export function handleSignals(client: Drainable, signals: readonly NodeJS.Signals[]): () => void {
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      void client.drain(client.shutdownTimeoutMs).finally(() => {
        process.off(signal, listener);
        if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
      });
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => {
    for (const off of listeners) off();
  };
}
