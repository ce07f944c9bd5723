// Fields that every record gets while a function, and all it starts, runs; and the active trace.
import { AsyncLocalStorage } from 'node:async_hooks';

import { Encoder } from './wire.js';

export type Fields = Record<string, unknown>;

const SCOPE_BYTES = 4096;

/** Fields that several records share: encoded once, when the first of these records is written. */
export class Scope {
  readonly fields: Readonly<Fields>;
  readonly keys: readonly string[];
  private encoded: Buffer | undefined;

  constructor(private readonly outer: Scope | undefined, fields: Readonly<Fields>) {
    this.fields = outer === undefined ? { ...fields } : { ...outer.fields, ...fields };
    this.keys = Object.keys(this.fields);
  }

  /** Whether this one was made inside `other`, and so has its fields too. */
  isWithin(other: Scope): boolean {
    return this === other || this.outer?.isWithin(other) === true;
  }

  /** Writes the fields that neither `own` nor `inner` has. */
  write(into: Encoder, own: object | undefined, inner: Scope | undefined): void {
    const hidden = (key: string): boolean =>
      (own !== undefined && Object.hasOwn(own, key)) ||
      (inner !== undefined && Object.hasOwn(inner.fields, key));
    for (const key of this.keys) {
      if (hidden(key)) {
        for (const one of this.keys) if (!hidden(one)) into.field(one, this.fields[one]);
        return;
      }
    }
    this.encoded ??= this.encode();
    into.raw(this.encoded);
  }

  private encode(): Buffer {
    const encoder = new Encoder(SCOPE_BYTES);
    encoder.fields(this.fields, false);
    return Buffer.from(encoder.bytes.subarray(0, encoder.position));
  }
}

const storage = new AsyncLocalStorage<Scope>();

/**
 * Runs `work` with these fields on every record that it, or what it awaits and starts, writes.
 * Nests.
 */
export function withContext<T>(fields: Fields, work: () => T): T {
  return storage.run(new Scope(storage.getStore(), fields), work);
}

/** The same with a scope that is there already. */
export function runIn<T>(scope: Scope, work: () => T): T {
  return storage.run(scope, work);
}

/** The fields in force here: those of all withContext() around this call. */
export function getContext(): Readonly<Fields> {
  return storage.getStore()?.fields ?? {};
}

export function currentScope(): Scope | undefined {
  return storage.getStore();
}

export interface Trace {
  traceId: string;
  spanId: string;
  traceFlags?: number;
}

// Every copy of @opentelemetry/api of major version 1 registers itself under this symbol and keeps
// the active span under that key. Read there, no copy of it must be found from here, and an
// application without it pays for one property.
const OTEL_API = Symbol.for('opentelemetry.js.api.1');
const OTEL_SPAN = Symbol.for('OpenTelemetry Context Key SPAN');
const NO_TRACE = '00000000000000000000000000000000';

interface OtelApi {
  context?: { active(): { getValue(key: symbol): { spanContext(): Trace } | undefined } };
}

/** The ids of OpenTelemetry's active span, if the application has it. */
export function activeTrace(): Trace | undefined {
  const api = (globalThis as Record<symbol, unknown>)[OTEL_API] as OtelApi | undefined;
  if (api?.context === undefined) return undefined;
  try {
    const trace = api.context.active().getValue(OTEL_SPAN)?.spanContext();
    return trace === undefined || trace.traceId === NO_TRACE ? undefined : trace;
  } catch {
    return undefined; // a manager of somebody else's: no reason to lose the record
  }
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-|$)/;

/** The ids of a `traceparent` header (W3C Trace Context). */
export function parseTraceparent(header: unknown): Trace | undefined {
  const match = typeof header === 'string' ? TRACEPARENT.exec(header.trim()) : null;
  if (match?.[1] === undefined || match[2] === undefined || match[1] === NO_TRACE) return undefined;
  return { traceId: match[1], spanId: match[2], traceFlags: Number.parseInt(match[3] ?? '0', 16) };
}
