// What the adapters of web frameworks share: the fields of a request, and its one line.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import type { Client } from './client.js';
import { activeTrace, parseTraceparent, Scope, type Fields } from './context.js';
import { textOfAny } from './exceptions.js';
import type { Level } from './levels.js';
import type { Logger } from './logger.js';

/** Longer ones, or ones with other characters, are not taken over from a stranger. */
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** Names as morgan, pino-http and express-winston have them. */
export interface RequestOptions<Request, Response> {
  /** No line for this request. Asked at its end. */
  skip?: (request: Request, response: Response) => boolean;
  /** Its id; by default `X-Request-Id`, else a new UUID. It is sent back as `X-Request-Id`. */
  genReqId?: (request: Request, response: Response) => string | undefined;
  /** Off: no line of its own for any request; `req.log` and the context stay. */
  autoLogging?: boolean;
  /** By default 5xx and errors are `error`, 4xx and aborted ones `warn`, others `info`. */
  customLogLevel?: (request: Request, response: Response, error?: unknown) => Level;
  /** Further fields of the request's line. */
  customProps?: (request: Request, response: Response) => Fields | undefined;
}

/** What differs between frameworks. */
export interface RequestFacts {
  path: string;
  query: string | undefined;
  scheme: string | undefined;
  address: string | undefined;
  route: () => string | undefined;
}

/** Runs code of the application's that must not break its request. */
function guarded<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch {
    return undefined;
  }
}

function sizeOf(header: unknown): number | undefined {
  const size = typeof header === 'string' || typeof header === 'number' ? Number(header) : NaN;
  return Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

function hostAndPort(request: IncomingMessage): { host?: string; port?: number } {
  const match = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(request.headers.host ?? '');
  const host = match?.[1];
  const port = match?.[2] === undefined ? request.socket.localPort : Number(match[2]);
  const named = host !== undefined && host !== '';
  return { ...(named && { host }), ...(port !== undefined && { port }) };
}

export class RequestLog<Request extends IncomingMessage, Response extends ServerResponse> {
  readonly id: string;
  readonly scope: Scope;
  readonly log: Logger;
  error: unknown;
  private readonly begin = performance.now();
  private over = false;

  constructor(
    private readonly client: Client,
    private readonly options: RequestOptions<Request, Response>,
    private readonly request: Request,
    private readonly response: Response,
    private readonly facts: RequestFacts,
  ) {
    this.id = this.requestId();
    if (!response.headersSent && !response.hasHeader('x-request-id')) {
      response.setHeader('x-request-id', this.id);
    }
    const fields: Fields = { 'request.id': this.id };
    const trace = activeTrace() === undefined
      ? parseTraceparent(request.headers['traceparent']) : undefined;
    if (trace !== undefined) {
      Object.assign(fields, { trace_id: trace.traceId, span_id: trace.spanId });
    }
    this.scope = new Scope(undefined, fields);
    this.log = client.childOf(this.scope);
  }

  private requestId(): string {
    const made = guarded(() => this.options.genReqId?.(this.request, this.response));
    if (typeof made === 'string' && REQUEST_ID.test(made)) return made;
    const sent = this.request.headers['x-request-id'];
    return typeof sent === 'string' && REQUEST_ID.test(sent) ? sent : randomUUID();
  }

  /** The request's one line. The first call counts: `finish` and `close` may both come. */
  end(aborted: boolean): void {
    if (this.over) return;
    this.over = true;
    const { options, request, response } = this;
    if (options.autoLogging === false) return;
    if (guarded(() => options.skip?.(request, response)) === true) return;
    const level = guarded(() => options.customLogLevel?.(request, response, this.error)) ??
      this.defaultLevel(aborted);
    if (!this.client.enabled(level)) return;
    const what = `${request.method ?? '-'} ${this.facts.path}`;
    const message = aborted ? `${what} aborted` : `${what} ${String(response.statusCode)}`;
    this.log.log({ level, message, ...this.fields(aborted),
      ...guarded(() => options.customProps?.(request, response)) });
  }

  private defaultLevel(aborted: boolean): Level {
    const { statusCode } = this.response;
    if (this.error !== undefined ? statusCode >= 500 || aborted : statusCode >= 500 && !aborted) {
      return 'error';
    }
    return aborted || statusCode >= 400 ? 'warn' : 'info';
  }

  private fields(aborted: boolean): Fields {
    const { request, response, facts } = this;
    const { host, port } = hostAndPort(request);
    const fields: Fields = {
      'http.request.method': request.method,
      'url.path': facts.path,
      'url.query': facts.query,
      'url.scheme': facts.scheme,
      'http.route': guarded(facts.route),
      'http.server.duration_ms': Math.round((performance.now() - this.begin) * 1000) / 1000,
      'client.address': facts.address,
      'server.address': host,
      'server.port': port,
      'user_agent.original': request.headers['user-agent'],
      'network.protocol.version': request.httpVersion,
      'http.request.body.size': sizeOf(request.headers['content-length']),
    };
    if (aborted) {
      fields['request.aborted'] = true;
    } else {
      fields['http.response.status_code'] = response.statusCode;
      fields['http.response.body.size'] = sizeOf(response.getHeader('content-length'));
    }
    if (this.error !== undefined) {
      fields['error.type'] = this.error instanceof Error ? this.error.name : typeof this.error;
      fields['exception'] = this.error instanceof Error
        ? this.error : { type: typeof this.error, message: textOfAny(this.error) };
    } else if (!aborted && response.statusCode >= 500) {
      fields['error.type'] = String(response.statusCode);
    }
    return fields;
  }
}
