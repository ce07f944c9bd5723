// A client for tests: records stay in memory, without a server; encoding, redaction, queue and
// retry are those of production.
import { Client, type ClientOptions } from './client.js';
import { SEVERITIES, type Level } from './levels.js';
import { addon, type NativeTestServer } from './native.js';

/** Keys that every record may have; all others are its attributes. */
const KNOWN = new Set(['timestamp', 'level', 'level_text', 'message', 'service', 'environment',
  'version', 'host', 'logger', 'thread', 'trace_id', 'span_id', 'trace_flags', 'exception',
  'process.pid']);

/** A record as a server would have stored it. */
export interface StoredRecord {
  timestamp?: string;
  level?: Level;
  level_text?: string;
  message?: string;
  service?: string;
  trace_id?: string;
  span_id?: string;
  exception?: Record<string, unknown>;
  /** A view: the keys that are not known ones. */
  readonly attributes: Record<string, unknown>;
  [key: string]: unknown;
}

/** What the pretended server does with the next batches. */
export interface Behaviour {
  /** Answers so many calls with `failure`, then stores again. */
  failTimes?: number;
  /** gRPC's number; 14, unavailable, by default. */
  failure?: number;
  /** Answers nothing until it is told otherwise. */
  hang?: boolean;
  /** Rejects every record. */
  reject?: boolean;
}

const UNAVAILABLE = 14;

function stored(line: string): StoredRecord {
  const record = JSON.parse(line) as StoredRecord;
  Object.defineProperty(record, 'attributes', {
    enumerable: false,
    get: () => Object.fromEntries(Object.entries(record).filter(([key]) => !KNOWN.has(key))),
  });
  return record;
}

export class TestClient extends Client {
  private readonly server: NativeTestServer;

  /** @internal */
  constructor(options: ClientOptions, server: NativeTestServer) {
    super(options, server);
    this.server = server;
  }

  /** Of what was flushed so far, in order. */
  get records(): StoredRecord[] {
    return this.server.records().map(stored);
  }

  /** The same as EDN text. */
  get recordsEdn(): string[] {
    return this.server.recordsEdn();
  }

  /** Those that have all of this; a level is compared by severity. */
  find(match: Record<string, unknown>): StoredRecord[] {
    return this.records.filter((record) => Object.entries(match).every(([key, value]) =>
      (key === 'level'
        ? SEVERITIES[record.level ?? 'info'] === SEVERITIES[value as Level]
        : record[key] === value)));
  }

  /** The one record that has all of this; throws where there is none, or more than one. */
  one(match: Record<string, unknown> = {}): StoredRecord {
    const found = this.find(match);
    const [only] = found;
    if (found.length === 1 && only !== undefined) return only;
    throw new Error(`${String(found.length)} records match ${JSON.stringify(match)}; there are:\n${
      this.recordsEdn.join('\n')}`);
  }

  behave(behaviour: Behaviour): void {
    this.server.behave(behaviour.failTimes ?? 0, behaviour.failure ?? UNAVAILABLE,
      behaviour.hang ?? false, behaviour.reject ?? false);
  }

  /** Calls that came to the pretended server. */
  get calls(): number {
    return this.server.calls();
  }

  clear(): void {
    this.server.clear();
  }
}

export function createTestClient(options: ClientOptions = {}): TestClient {
  return new TestClient(options, new (addon().NativeTestServer)());
}
