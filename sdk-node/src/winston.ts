// A transport for winston 3.
import TransportStream = require('winston-transport');

import { clientFor, type Client, type ClientOptions } from './client.js';
import { exceptionOf, isError } from './exceptions.js';
import type { FlushResult } from './native.js';

// Where winston keeps what formats may have changed.
const LEVEL = Symbol.for('level');
const SPLAT = Symbol.for('splat');

/**
 * `client`, or options of a client of the transport's own, or neither for the shared one. `level`
 * is winston's, for this transport; the other options of winston-transport are as they are there.
 */
export interface ClogsTransportOptions
  extends Omit<ClientOptions, 'level'>,
  Omit<TransportStream.TransportStreamOptions, 'log' | 'logv' | 'close'> {
  client?: Client;
}

interface Info {
  level: string;
  message: unknown;
  timestamp?: unknown;
  stack?: unknown;
  error?: unknown;
  exception?: unknown;
  rejection?: unknown;
  [LEVEL]?: string;
  [SPLAT]?: unknown;
  [key: string | symbol]: unknown;
}

/**
 * What winston adds to an uncaught exception: all of it stands in the error, or is about the
 * machine.
 */
const UNCAUGHT_EXTRAS = [
  'error', 'stack', 'exception', 'rejection', 'date', 'process', 'os', 'trace'];

function without(info: Info, keys: readonly string[]): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(info)) if (!keys.includes(key)) fields[key] = info[key];
  return fields;
}

/** "TypeError: x is not a function\\n    at ..." as an exception, where only the text is left. */
function exceptionOfStack(stack: string): object {
  const [first = ''] = stack.split('\n', 1);
  const colon = first.indexOf(': ');
  return colon < 0
    ? { type: first, stacktrace: stack }
    : { type: first.slice(0, colon), message: first.slice(colon + 2), stacktrace: stack };
}

export class ClogsTransport extends TransportStream {
  readonly client: Client;
  private readonly owned: boolean;

  constructor(options: ClogsTransportOptions = {}) {
    const {
      client, format, level, silent, handleExceptions, handleRejections, ...rest
    } = options;
    super({
      ...(format !== undefined && { format }),
      ...(level !== undefined && { level }),
      ...(silent !== undefined && { silent }),
      ...(handleExceptions !== undefined && { handleExceptions }),
      ...(handleRejections !== undefined && { handleRejections }),
    });
    ({ client: this.client, owned: this.owned } = clientFor(client, rest));
  }

  override log(info: Info, next?: () => void): boolean {
    if (this.silent !== true) this.record(info);
    if (this.listenerCount('logged') > 0) this.emit('logged', info);
    next?.();
    return true;
  }

  /** The writes that gathered while the stream was corked. */
  override logv(chunks: { chunk: Info; callback: () => void }[], next: () => void): boolean {
    for (const { chunk, callback } of chunks) {
      const info = this.format === undefined ? chunk
        : this.format.transform({ ...chunk }, this.format.options) as unknown as Info | false;
      if (info === false) callback();
      else this.log(info, callback);
    }
    next();
    return true;
  }

  /** Waits until what was logged before is acknowledged by the server. */
  flush(options?: { timeoutMs?: number }): Promise<FlushResult> {
    return this.client.flush(options);
  }

  /**
   * winston calls it when the transport is removed. The client is closed if it is the transport's
   * own.
   */
  override close(): void {
    void (this.owned ? this.client.close() : this.client.flush());
  }

  /**
   * `finish` comes after delivery (or the end of the shutdown timeout), so it may be waited for.
   */
  override _final(callback: (error?: Error | null) => void): void {
    const done = (): void => {
      callback();
    };
    (this.owned ? this.client.close() : this.client.flush()).then(done, done);
  }

  private record(info: Info): void {
    const word = info[LEVEL] ?? info.level;
    const splat = info[SPLAT];
    const meta: unknown = Array.isArray(splat) ? splat[0] : undefined;
    if (info.stack === undefined && !isError(meta) && !isError(info)) {
      this.client.writeParts(word, info.message, info.timestamp, info, undefined);
    } else if (isError(info)) {
      // logger.error(error): the info is the error itself, with a level.
      const { message } = info as Error;
      this.client.writeParts(word, message, undefined, { exception: exceptionFields(info) },
        undefined);
    } else if ((info.exception === true || info.rejection === true) && info.stack !== undefined) {
      const error = isError(info.error)
        ? info.error : exceptionOfStack(typeof info.stack === 'string' ? info.stack : '');
      this.client.writeParts(word, info.message, info.timestamp,
        { ...without(info, UNCAUGHT_EXTRAS), exception: exceptionFields(error, { escaped: true }) },
        undefined);
    } else if (isError(meta)) {
      this.writeWithError(word, info, meta);
    } else if (typeof info.stack === 'string' && info.exception === undefined) {
      this.client.writeParts(word, info.message, info.timestamp,
        { ...without(info, ['stack']), exception: exceptionOfStack(info.stack) }, undefined);
    } else {
      this.client.writeParts(word, info.message, info.timestamp, info, undefined);
    }
  }

  /**
   * logger.error('payment failed', error): winston has put the error's message behind the other.
   */
  private writeWithError(word: string, info: Info, error: Error): void {
    let message = info.message;
    const added = ` ${error.message}`;
    if (typeof message === 'string' && message.length > added.length && message.endsWith(added)) {
      message = message.slice(0, -added.length);
    }
    this.client.writeParts(word, message, info.timestamp,
      { ...without(info, ['stack', 'cause', ...Object.keys(error)]), exception: error }, undefined);
  }
}

/** The map of an exception, with further fields and without winston's own level in it. */
function exceptionFields(error: object, more: object = {}): object {
  if (!isError(error)) return { ...error, ...more };
  const { level: _level, ...fields } = exceptionOf(error) as Record<string, unknown>;
  return { ...fields, ...more };
}
