import { activeTrace, currentScope, Scope, type Fields } from './context.js';
import { textOfAny } from './exceptions.js';
import * as exit from './exit.js';
import { isLevel, levelOf, SEVERITIES, type Level } from './levels.js';
import type { Logger, LogRecord } from './logger.js';
import {
  addon, type FlushResult, type NativeClient, type NativeTestServer, type Stats,
} from './native.js';
import { OPTION_TABLE, type GeneratedOptions } from './options.js';
import { Answer, queryText, toEdn, type QueryData, type QueryOptions } from './query.js';
import { Encoder } from './wire.js';

/** Records of the usual size fit many times over; it grows for larger ones. */
const SCRATCH_BYTES = 64 * 1024;
const SIGNALS: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/** What onError hears: a sentence, `code` ("unavailable") and gRPC's number of it. */
export interface DeliveryError extends Error {
  code: string;
  grpcCode: number;
}

/** All are optional; what is not given comes from the `CLOGS_*` variables, else is the default. */
export interface ClientOptions extends GeneratedOptions {
  /**
   * Sees each record, context included, before it is redacted and queued. Gives it, another one, or
   * null to drop it (`stats().dropped.beforeSend`). If it throws, the record is sent as it was.
   */
  beforeSend?: (record: LogRecord) => LogRecord | null | undefined;
  /** Trouble with delivery, at most once a second. Must not log. */
  onError?: (error: DeliveryError) => void;
  /** On SIGTERM, SIGINT and SIGHUP, or those named: deliver first. Off by default. */
  handleSignals?: boolean | readonly NodeJS.Signals[];
}

export interface WaitOptions {
  /** Default: the option shutdownTimeoutMs. */
  timeoutMs?: number;
}

// One a thread, shared by its clients: the native side reads records where they are written.
let scratch: Encoder | undefined;

function textOf(kind: string, value: unknown): string {
  if (kind === 'texts' && Array.isArray(value)) return value.map(String).join(',');
  if (kind === 'pairs' && typeof value === 'object' && value !== null) {
    return Object.entries(value).map(([key, one]) => `${key}=${String(one)}`).join(',');
  }
  return String(value);
}

/**
 * Options by their native names, as text. Unknown names go on, so that the client warns of them.
 */
export function nativeOptions(options: object): string[] {
  const texts: string[] = [];
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || value === null) continue;
    if (key === 'beforeSend' || key === 'onError' || key === 'handleSignals') continue;
    const known = Object.hasOwn(OPTION_TABLE, key)
      ? OPTION_TABLE[key as keyof typeof OPTION_TABLE] : undefined;
    texts.push(known?.[0] ?? key, textOf(known?.[1] ?? 'text', value));
  }
  return texts;
}

/** A timestamp's milliseconds, or undefined if it is none. */
function millisOf(timestamp: unknown): number | undefined {
  let ms: number;
  if (typeof timestamp === 'number') ms = timestamp;
  else if (timestamp instanceof Date) ms = timestamp.getTime();
  else if (typeof timestamp === 'string') ms = Date.parse(timestamp);
  else return undefined;
  return Number.isFinite(ms) ? ms : undefined;
}

/** Writes records to one server. Shares nothing with other clients but the thread it is used on. */
export class Client implements Logger {
  private readonly native: NativeClient;
  private readonly encoder: Encoder;
  private readonly minimum: number;
  private readonly beforeSend: ClientOptions['beforeSend'];
  private readonly releaseSignals: (() => void) | undefined;
  private readonly drainable: exit.Drainable;
  private inHook = false;
  private shortened = 0;
  private droppedByHook = 0;
  private droppedClosed = 0;
  private closing: Promise<FlushResult> | undefined;
  /** beforeExit came since the last record. */
  private late = false;
  /** Sentences about options that were wrong; their defaults are in force. */
  readonly warnings: readonly string[];

  /** @internal */
  constructor(options: ClientOptions, server?: NativeTestServer) {
    const native = addon();
    scratch ??= new Encoder(SCRATCH_BYTES, (memory) => {
      native.useScratch(memory);
    });
    this.encoder = scratch;
    const { onError } = options;
    this.native = new native.NativeClient(nativeOptions(options), onError === undefined
      ? undefined
      : (error) => {
        try {
          onError(error as DeliveryError);
        } catch {
          // What a hook throws never reaches the application.
        }
      }, server);
    this.beforeSend = options.beforeSend;
    this.warnings = this.native.warnings();
    const level = this.option('level');
    const enabled = this.option('enabled') !== 'false';
    this.minimum = !enabled ? Infinity : SEVERITIES[isLevel(level) ? level : 'trace'];
    this.drainable = this.makeDrainable();
    if (this.option('diagnostics') !== 'off') {
      for (const warning of this.warnings) process.emitWarning(warning, 'ClogsWarning');
    }
    if (server !== undefined) return; // a test's end waits for nobody
    exit.addClient(this.drainable);
    if (options.handleSignals !== undefined && options.handleSignals !== false) {
      this.releaseSignals = exit.handleSignals(this.drainable,
        options.handleSignals === true ? SIGNALS : options.handleSignals);
    }
  }

  trace(message: string, attributes?: object): boolean {
    return this.minimum <= 1 && this.write('trace', message, attributes, undefined);
  }

  debug(message: string, attributes?: object): boolean {
    return this.minimum <= 5 && this.write('debug', message, attributes, undefined);
  }

  info(message: string, attributes?: object): boolean {
    return this.minimum <= 9 && this.write('info', message, attributes, undefined);
  }

  warn(message: string, attributes?: object): boolean {
    return this.minimum <= 13 && this.write('warn', message, attributes, undefined);
  }

  error(message: string, attributes?: object): boolean {
    return this.minimum <= 17 && this.write('error', message, attributes, undefined);
  }

  fatal(message: string, attributes?: object): boolean {
    return this.minimum <= 21 && this.write('fatal', message, attributes, undefined);
  }

  log(record: LogRecord): boolean {
    return this.writeRecord(record, undefined);
  }

  enabled(level: Level): boolean {
    return this.minimum <= SEVERITIES[level];
  }

  child(fields: Fields): Logger {
    return this.childOf(new Scope(undefined, fields));
  }

  /** @internal */
  childOf(scope: Scope): Logger {
    return new Child(this, scope);
  }

  /**
   * Waits until everything logged before is acknowledged by the server. Pending, it keeps the
   * process alive.
   */
  flush(options: WaitOptions = {}): Promise<FlushResult> {
    return this.closing ?? this.native.flush(options.timeoutMs);
  }

  /** Takes no more records, delivers what waits, ends. Again: the same promise. */
  close(options: WaitOptions = {}): Promise<FlushResult> {
    this.closing ??= this.native.close(options.timeoutMs).finally(() => {
      exit.removeClient(this.drainable);
      this.releaseSignals?.();
    });
    return this.closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  stats(): Stats {
    const { lastSuccessMs, lastError, ...counts } = this.native.stats();
    counts.submitted += this.droppedByHook + this.droppedClosed;
    counts.shortened += this.shortened;
    counts.dropped.beforeSend += this.droppedByHook;
    counts.dropped.closed += this.droppedClosed;
    return {
      ...counts,
      lastSuccessAt: lastSuccessMs === 0 ? undefined : new Date(lastSuccessMs),
      lastError: lastError === '' ? undefined : lastError,
    };
  }

  /** The value in force, as text, by the option's name here; "(secret)" of a secret that is set. */
  option(name: keyof GeneratedOptions): string | undefined {
    return this.native.option(OPTION_TABLE[name][0]);
  }

  /** Asks the server: EDN text, or the JSON form as data. Rows are objects. */
  query(query: string | QueryData, options: QueryOptions = {}): Answer<Record<string, unknown>> {
    return this.ask(query, false, false, options, parseRow);
  }

  /** The same with each row as EDN text, which keeps types and digits that JSON has not. */
  queryEdn(query: string | QueryData, options: QueryOptions = {}): Answer<string> {
    return this.ask(query, false, true, options, (line) => line);
  }

  /** Records as they are stored from now on; without a query those of the stream `logs`. */
  tail(query: string | QueryData = {}, options: QueryOptions = {}):
  Answer<Record<string, unknown>> {
    return this.ask(query, true, false, options, parseRow);
  }

  tailEdn(query: string | QueryData = {}, options: QueryOptions = {}): Answer<string> {
    return this.ask(query, true, true, options, (line) => line);
  }

  private ask<Row>(query: string | QueryData, isTail: boolean, asEdn: boolean,
    options: QueryOptions, read: (line: string) => Row): Answer<Row> {
    const { text, isJson } = queryText(query);
    const params = Object.entries(options.params ?? {}).flatMap(([k, v]) => [k, toEdn(v)]);
    return new Answer(
      () => this.native.query(text, isJson, isTail, asEdn, options.timeoutMs, params),
      read, options.signal);
  }

  /** @internal Level and closing are looked at, then the record goes to the native client. */
  write(level: Level, message: string, attributes: object | undefined,
    bindings: Scope | undefined): boolean {
    if (this.beforeSend !== undefined || typeof message !== 'string') {
      return this.writeParts(level, message, undefined, attributes ?? {}, bindings);
    }
    if (this.closing !== undefined) return this.refuse();
    const encoder = this.encoder.busy ? new Encoder(SCRATCH_BYTES) : this.encoder;
    encoder.busy = true;
    try {
      encoder.start();
      encoder.timestamp(Date.now());
      encoder.level(level);
      encoder.message(message);
      return this.finish(encoder, attributes ?? undefined, bindings, false);
    } catch (thrown) {
      return this.lastResort(encoder, level, message, thrown);
    } finally {
      encoder.busy = false;
    }
  }

  /** @internal */
  writeRecord(record: LogRecord, bindings: Scope | undefined): boolean {
    if (typeof record !== 'object' || (record as unknown) === null) record = {};
    return this.writeParts(read(record, 'level'), read(record, 'message'),
      read(record, 'timestamp'), record, bindings);
  }

  /**
   * @internal For adapters: `word` is the framework's own level. The level, message and timestamp
   * of `fields` do not count.
   */
  writeParts(word: unknown, message: unknown, timestamp: unknown, fields: object,
    bindings: Scope | undefined): boolean {
    const level = isLevel(word) ? word : typeof word === 'string' ? levelOf(word) : 'info';
    if (this.minimum > SEVERITIES[level]) return false;
    if (this.closing !== undefined) return this.refuse();
    if (this.beforeSend !== undefined && !this.inHook) {
      return this.throughHook({
        ...copyOf(fields), level: typeof word === 'string' ? word : 'info', message, timestamp,
      } as LogRecord, bindings);
    }
    const encoder = this.encoder.busy ? new Encoder(SCRATCH_BYTES) : this.encoder;
    encoder.busy = true;
    try {
      encoder.start();
      if (typeof timestamp === 'bigint') encoder.timestampNanos(timestamp);
      else encoder.timestamp(millisOf(timestamp) ?? Date.now());
      encoder.level(level);
      if (typeof message === 'string') encoder.message(message);
      else if (message !== undefined && message !== null) encoder.message(textOfAny(message));
      if (typeof word === 'string' && word !== level) encoder.field('level_text', word);
      return this.finish(encoder, fields, bindings, true);
    } catch (thrown) {
      return this.lastResort(encoder, level, message, thrown);
    } finally {
      encoder.busy = false;
    }
  }

  /** Something about the record could not be read at all: its message still goes. */
  private lastResort(encoder: Encoder, level: Level, message: unknown, thrown: unknown): boolean {
    encoder.start();
    encoder.timestamp(Date.now());
    encoder.level(level);
    encoder.message(typeof message === 'string' ? message : '');
    encoder.field('attr.unreadable', textOfAny(thrown));
    return this.send(encoder);
  }

  private finish(encoder: Encoder, own: object | undefined, bindings: Scope | undefined,
    isRecord: boolean): boolean {
    const scope = currentScope();
    const trace = activeTrace();
    if (trace !== undefined && !has(own, 'trace_id') && scope?.fields['trace_id'] === undefined) {
      encoder.typed('trace_id', trace.traceId);
      encoder.typed('span_id', trace.spanId);
      encoder.field('trace_flags', trace.traceFlags);
    }
    if (own !== undefined) encoder.fields(own, isRecord);
    if (bindings !== undefined && scope?.isWithin(bindings) !== true) {
      bindings.write(encoder, own, undefined);
      scope?.write(encoder, own, bindings);
    } else {
      scope?.write(encoder, own, undefined);
    }
    encoder.end();
    if (encoder.cut) this.shortened++;
    return this.send(encoder);
  }

  private send(encoder: Encoder): boolean {
    const taken = encoder === this.encoder
      ? this.native.submit(encoder.position)
      : this.native.submitBytes(encoder.bytes.subarray(0, encoder.position));
    if (this.late || exit.isExiting()) this.afterLate();
    return taken;
  }

  private afterLate(): void {
    this.late = false;
    exit.renew(this.drainable);
    exit.afterRecord(this.drainable);
  }

  private refuse(): boolean {
    this.droppedClosed++;
    return false;
  }

  private throughHook(record: LogRecord, bindings: Scope | undefined): boolean {
    const whole: LogRecord = {
      ...currentScope()?.fields, ...bindings?.fields, ...record,
      level: record.level ?? 'info', timestamp: record.timestamp ?? new Date(),
    };
    let shown: LogRecord | null | undefined;
    this.inHook = true; // a hook that logs would see its own record
    try {
      shown = this.beforeSend?.({ ...whole });
    } catch {
      shown = whole;
    }
    try {
      if (shown === null || shown === undefined) {
        this.droppedByHook++;
        return false;
      }
      return this.writeRecord(shown, undefined);
    } finally {
      this.inHook = false;
    }
  }

  private makeDrainable(): exit.Drainable {
    return {
      shutdownTimeoutMs: Number(this.option('shutdownTimeoutMs')),
      hasPending: () => {
        const { queueRecords, inFlightRecords } = this.native.stats();
        return queueRecords + inFlightRecords > 0;
      },
      drain: (timeoutMs) => {
        this.late = true;
        return this.native.flush(timeoutMs);
      },
      drainSync: (timeoutMs) => {
        if (this.closing === undefined) this.native.flushSync(timeoutMs);
        else this.native.closeSync(timeoutMs);
      },
    };
  }
}

function parseRow(line: string): Record<string, unknown> {
  return JSON.parse(line) as Record<string, unknown>;
}

function read(from: object, key: string): unknown {
  try {
    return (from as Fields)[key];
  } catch {
    return undefined;
  }
}

/** The own properties that can be read. */
function copyOf(fields: object): Fields {
  const copy: Fields = {};
  try {
    for (const key of Object.keys(fields)) copy[key] = read(fields, key);
  } catch {
    // A proxy that refuses to be listed has none.
  }
  return copy;
}

function has(own: object | undefined, key: string): boolean {
  return own !== undefined && (own as Fields)[key] !== undefined;
}

class Child implements Logger {
  constructor(private readonly client: Client, private readonly bindings: Scope) {}

  trace(message: string, attributes?: object): boolean {
    return this.write('trace', message, attributes);
  }

  debug(message: string, attributes?: object): boolean {
    return this.write('debug', message, attributes);
  }

  info(message: string, attributes?: object): boolean {
    return this.write('info', message, attributes);
  }

  warn(message: string, attributes?: object): boolean {
    return this.write('warn', message, attributes);
  }

  error(message: string, attributes?: object): boolean {
    return this.write('error', message, attributes);
  }

  fatal(message: string, attributes?: object): boolean {
    return this.write('fatal', message, attributes);
  }

  log(record: LogRecord): boolean {
    return this.client.writeRecord(record, this.bindings);
  }

  enabled(level: Level): boolean {
    return this.client.enabled(level);
  }

  child(fields: Fields): Logger {
    return new Child(this.client, new Scope(this.bindings, fields));
  }

  private write(level: Level, message: string, attributes: object | undefined): boolean {
    return this.client.enabled(level) &&
      this.client.write(level, message, attributes, this.bindings);
  }
}

/** A client of its own. Close it, or let the end of the process do so. */
export function createClient(options: ClientOptions = {}): Client {
  return new Client(options);
}

/**
 * For adapters: the client given, one of its own if options of a client are, else the shared one.
 */
export function clientFor(given: Client | undefined, options: ClientOptions):
{ client: Client; owned: boolean } {
  if (given !== undefined) return { client: given, owned: false };
  const own = Object.values(options).some((value) => value !== undefined);
  return own ? { client: new Client(options), owned: true }
    : { client: defaultClient(), owned: false };
}

let shared: Client | undefined;

/**
 * The one client of this thread: made from the environment at the first call, unless one was set.
 */
export function defaultClient(): Client {
  shared ??= new Client({});
  return shared;
}

/**
 * What adapters use that are given no client. The one before stays open: whoever made it closes it.
 */
export function setDefaultClient(client: Client): void {
  shared = client;
}
