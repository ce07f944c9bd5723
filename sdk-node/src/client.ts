// The client: encodes on the caller's thread, one native call a record.

import { AsyncLocalStorage } from 'node:async_hooks';
import { Encoder, type Fields } from './encoder';
import { drainAtExit, forget } from './exit';
import { native, type FlushResult, type Handle } from './native';
import { OPTION_NAMES, type Level, type Options } from './options';
import { statsOf, type Stats } from './stats';
import { activeTrace } from './trace';

/** A record as it is logged: `message`, `level`, and any further keys. */
export interface LogRecord extends Fields {
  level?: Level;
  message?: string;
  timestamp?: Date | number;
}

export interface ClientOptions extends Options {
  /** Sees each record before it is encoded; null drops it. What it throws sends the record as is. */
  beforeSend?: (record: LogRecord) => LogRecord | null;
}

/** OpenTelemetry's severity numbers. */
const SEVERITY: Readonly<Record<string, number>> = {
  trace: 1, debug: 5, info: 9, warn: 13, error: 17, fatal: 21,
};

const context = new AsyncLocalStorage<Fields>();

/** Every record logged inside of `run`, awaited calls included, gets these fields. Nests. */
export function withContext<T>(fields: Fields, run: () => T): T {
  return context.run({ ...context.getStore(), ...fields }, run);
}

const encoder = new Encoder();
let encoding = false;

export class Client {
  private readonly handle: Handle;
  private readonly minimum: number;
  private readonly beforeSend: ClientOptions['beforeSend'];
  private filtered = 0;
  private closing: Promise<FlushResult> | undefined;

  constructor(handle: Handle, beforeSend?: ClientOptions['beforeSend']) {
    this.handle = handle;
    this.minimum = native().minimumLevel(handle);
    this.beforeSend = beforeSend;
    drainAtExit(this, () => native().flushAtExit(handle));
  }

  /** Whether a record of this level would be taken. */
  enabled(level: Level): boolean {
    return this.minimum > 0 && (SEVERITY[level] ?? 9) >= this.minimum;
  }

  /** Never throws, never waits. False: dropped and counted, or below the level. */
  log(record: LogRecord): boolean {
    if (!this.enabled(record.level ?? 'info')) return false;
    const sent = this.beforeSend === undefined ? record : this.filter(record);
    if (sent === null) return false;
    // A getter or toJSON of the application that logs itself gets an encoder of its own.
    const own = encoding ? new Encoder() : encoder;
    const outer = encoding;
    encoding = true;
    try {
      encode(own, sent);
      return native().submit(this.handle, own.buffer, own.length);
    } catch {
      return native().submit(this.handle, Buffer.alloc(0), 0); // counted as malformed
    } finally {
      encoding = outer;
    }
  }

  trace(message: string, fields?: Fields): boolean {
    return this.at('trace', message, fields);
  }
  debug(message: string, fields?: Fields): boolean {
    return this.at('debug', message, fields);
  }
  info(message: string, fields?: Fields): boolean {
    return this.at('info', message, fields);
  }
  warn(message: string, fields?: Fields): boolean {
    return this.at('warn', message, fields);
  }
  error(message: string, fields?: Fields): boolean {
    return this.at('error', message, fields);
  }
  fatal(message: string, fields?: Fields): boolean {
    return this.at('fatal', message, fields);
  }

  /** Resolves when everything logged before is acknowledged, or the time is over. */
  flush(options: { timeoutMs?: number } = {}): Promise<FlushResult> {
    return native().flush(this.handle, options.timeoutMs ?? 5000);
  }

  /** Drains for at most `timeoutMs` (default: shutdownTimeoutMs). Again: the first result. */
  close(options: { timeoutMs?: number } = {}): Promise<FlushResult> {
    this.closing ??= native()
      .close(this.handle, options.timeoutMs)
      .finally(() => forget(this));
    return this.closing;
  }

  stats(): Stats {
    return statsOf(native().stats(this.handle), this.filtered);
  }

  /** About options that were wrong: one sentence each. */
  warnings(): string[] {
    return native().warnings(this.handle);
  }

  private at(level: Level, message: string, fields?: Fields): boolean {
    return this.enabled(level) && this.log({ ...fields, level, message });
  }

  private filter(record: LogRecord): LogRecord | null {
    try {
      const kept = this.beforeSend?.({ ...context.getStore(), ...record });
      if (kept !== null) return kept ?? record;
      this.filtered++;
      return null;
    } catch {
      return record;
    }
  }
}

function encode(to: Encoder, record: LogRecord): void {
  const { timestamp } = record;
  const at = timestamp instanceof Date ? timestamp.getTime() : timestamp;
  to.start(typeof at === 'number' && Number.isFinite(at) ? at : Date.now());
  if (record.level === undefined) to.field('level', 'info');
  for (const key of Object.keys(record)) {
    if (key !== 'timestamp') to.fieldOf(record, key);
  }
  const scope = context.getStore();
  if (scope !== undefined) to.fields(scope, record);
  const trace = activeTrace();
  if (trace !== undefined && record['trace_id'] === undefined) {
    to.field('trace_id', trace.traceId);
    to.field('span_id', trace.spanId);
    to.field('trace_flags', trace.traceFlags);
  }
}

/** The options as the core reads them: by name and text. */
export function optionPairs(options: Options): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || typeof value === 'function') continue;
    const name = Object.hasOwn(OPTION_NAMES, key) ? OPTION_NAMES[key as keyof Options] : key;
    pairs.push([name, optionText(value)]);
  }
  return pairs;
}

function optionText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value).map(([key, one]) => `${key}=${String(one)}`).join(',');
}

/** Opens nothing yet: the connection is made for the first record. */
export function createClient(options: ClientOptions = {}): Client {
  return new Client(native().createClient(optionPairs(options)), options.beforeSend);
}
