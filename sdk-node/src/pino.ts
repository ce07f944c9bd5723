// A transport for pino: pino({ transport: { target: 'clogs/pino', options: { service: 'shop' } }
// }). pino runs it in a worker thread; its options are those of a client, without the functions.
import type { Transform } from 'node:stream';
import { workerData } from 'node:worker_threads';
import build = require('pino-abstract-transport');

import { createClient, type ClientOptions } from './client.js';
import { getContext } from './context.js';
import type { Level } from './levels.js';

export interface ClogsPinoOptions extends Omit<ClientOptions, 'beforeSend' | 'onError'> {
  /** Where the message stands, if pino itself does not tell; `msg` by default. */
  messageKey?: string;
  /** Where the error stands; `err` by default. */
  errorKey?: string;
}

type Line = Record<string, unknown>;

interface PinoConfig {
  messageKey?: string;
  errorKey?: string;
  levels?: { labels?: Record<number, string> };
}

const STEPS: readonly (readonly [number, Level])[] = [
  [60, 'fatal'], [50, 'error'], [40, 'warn'], [30, 'info'], [20, 'debug'],
];

/** A level of the application's own counts as the standard one at or below its number. */
function levelOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'number') return 'info';
  return STEPS.find(([from]) => value >= from)?.[1] ?? 'trace';
}

/** pino's serialised error as records have it: its `stack` is our `stacktrace`. */
function exceptionOf(error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const { stack, cause, aggregateErrors, ...rest } = error as Line;
  const fields: Line = { ...rest };
  if (stack !== undefined) fields['stacktrace'] = stack;
  if (cause !== undefined) fields['cause'] = exceptionOf(cause);
  if (Array.isArray(aggregateErrors)) fields['errors'] = aggregateErrors.map(exceptionOf);
  return fields;
}

/** Whether pino, in this worker, is about to say which keys and levels it uses. */
function configComes(): boolean {
  const data = workerData as { workerData?: { pinoWillSendConfig?: unknown } } | null;
  return data?.workerData?.pinoWillSendConfig === true;
}

export default function clogsPino(
  options: ClogsPinoOptions = {}): Transform | Promise<Transform> {
  const { messageKey, errorKey, ...clientOptions } = options;
  const client = createClient(clientOptions);
  const start = (source: Transform): void => {
    const config = source as unknown as PinoConfig;
    const messageAt = messageKey ?? config.messageKey ?? 'msg';
    const errorAt = errorKey ?? config.errorKey ?? 'err';
    const labels = config.levels?.labels ?? {};
    source.on('unknown', (line: unknown) => {
      client.info(String(line)); // no JSON: printed beside pino, or by an older one
    });
    source.on('data', (line: Line) => {
      const { level, time, pid: _pid, hostname, name, [messageAt]: message, [errorAt]: error,
        ...fields } = line;
      const word = levelOf(level);
      const label = typeof level === 'number' ? labels[level] : undefined;
      if (label !== undefined && label !== word) fields['level_text'] = label;
      if (typeof hostname === 'string') fields['host'] = hostname;
      if (name !== undefined) fields['logger'] = name;
      if (error !== undefined) fields['exception'] = exceptionOf(error);
      client.writeParts(word, message, time, fields, undefined);
    });
  };
  // pino waits for it before it lets the process end.
  const close = (_error: Error | null, done: (error?: Error | null) => void): void => {
    void client.close().then(() => {
      done();
    });
  };
  return configComes()
    ? build(start, { close: close as never, expectPinoConfig: true })
    : build(start, { close: close as never });
}

/**
 * For pino's option `mixin`: the fields of withContext(), which the worker thread cannot see.
 */
export function contextMixin(): object {
  return { ...getContext() };
}
