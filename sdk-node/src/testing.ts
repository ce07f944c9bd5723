// A client whose records stay in memory: the same encoding, redaction, queue and retry, no server.

import { Client, optionPairs, type ClientOptions } from './client';
import { native, type Handle } from './native';

export interface TestRecord {
  level?: string;
  message?: string;
  service?: string;
  /** Every other key. */
  attributes: Record<string, unknown>;
}

export interface Behaviour {
  /** So many calls fail, then records are stored again. */
  failTimes?: number;
  /** Nothing is answered. */
  hang?: boolean;
  /** Every record is rejected. */
  reject?: boolean;
}

export class TestClient extends Client {
  private readonly server: Handle;

  constructor(server: Handle, options: ClientOptions) {
    super(native().serverClient(server, optionPairs(options)), options.beforeSend);
    this.server = server;
  }

  /** What was stored so far, in order; flush() first. */
  get records(): TestRecord[] {
    return native().records(this.server).map((line) => {
      const { level, message, service, ...attributes } = JSON.parse(line) as Record<string, never>;
      return { level, message, service, attributes };
    });
  }

  /** The same as the EDN that the server would store. */
  get edn(): string[] {
    return native().recordsEdn(this.server);
  }

  behave({ failTimes = 0, hang = false, reject = false }: Behaviour): void {
    native().behave(this.server, failTimes, hang, reject);
  }

  clear(): void {
    native().clear(this.server);
  }
}

export function createTestClient(options: ClientOptions = {}): TestClient {
  return new TestClient(native().createServer(), options);
}
