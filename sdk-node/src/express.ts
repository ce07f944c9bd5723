// Middleware for Express 4 and 5 (and Connect, whose requests have less to tell).
import type { IncomingMessage, ServerResponse } from 'node:http';

import { clientFor, type Client, type ClientOptions } from './client.js';
import { runIn } from './context.js';
import { RequestLog, type RequestOptions } from './http.js';
import type { Logger } from './logger.js';

declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- how Express wants it extended
  namespace Express {
    interface Request {
      /** Logs with this request's id and trace. Set by requestLogger(). */
      log: Logger;
      /** The request's id. Set by requestLogger(). */
      id: string;
    }
  }
}

/** What is read of Express's request; its own type has all of it. */
export interface ExpressRequest extends IncomingMessage {
  get(name: string): string | undefined;
  path: string;
  originalUrl: string;
  baseUrl: string;
  protocol: string;
  readonly ip?: string | undefined;
  route?: { path?: unknown };
}

export type ExpressResponse = ServerResponse;
type Next = (error?: unknown) => void;

/** `client`, or options of a client of the middleware's own, or neither for the shared one. */
export interface RequestLoggerOptions
  extends RequestOptions<ExpressRequest, ExpressResponse>, ClientOptions {
  client?: Client;
}

const LOG = Symbol('clogs.request');

interface Marked {
  [LOG]?: RequestLog<ExpressRequest, ExpressResponse>;
  log?: Logger;
  id?: string;
}

function routeOf(request: ExpressRequest): string | undefined {
  const path = request.route?.path;
  if (path === undefined) return undefined;
  const text = (one: unknown): string => (typeof one === 'string' ? one : `${one as RegExp}`);
  return request.baseUrl + (Array.isArray(path) ? path.map(text).join('|') : text(path));
}

/** One line a request, at its end; `req.log`; a context with the request's id for all it starts. */
export function requestLogger(options: RequestLoggerOptions = {}):
(request: ExpressRequest, response: ExpressResponse, next: Next) => void {
  const {
    client: given, skip, genReqId, autoLogging, customLogLevel, customProps, ...rest
  } = options;
  const { client } = clientFor(given, rest);
  const how: RequestOptions<ExpressRequest, ExpressResponse> = {
    ...(skip && { skip }), ...(genReqId && { genReqId }),
    ...(autoLogging !== undefined && { autoLogging }),
    ...(customLogLevel && { customLogLevel }), ...(customProps && { customProps }),
  };
  return (request, response, next) => {
    const marked = request as Marked;
    if (marked[LOG] !== undefined) {
      next(); // mounted twice: the first one counts
      return;
    }
    // Both are changed while routers look at the request, so they are read now.
    const [path = '', query] = (request.originalUrl as string | undefined ?? request.url ?? '')
      .split('?', 2);
    const state = new RequestLog(client, how, request, response, {
      path,
      query,
      scheme: request.protocol,
      address: request.ip ?? request.socket.remoteAddress,
      route: () => routeOf(request),
    });
    marked[LOG] = state;
    marked.log = state.log;
    marked.id = state.id;
    response.once('finish', () => {
      state.end(false);
    });
    response.once('close', () => {
      state.end(!response.writableFinished);
    });
    runIn(state.scope, next);
  };
}

/**
 * Behind the routes, before the application's own error handlers: puts the error on the request's
 * one line, and passes it on.
 */
export function errorLogger():
(error: unknown, request: ExpressRequest, response: ExpressResponse, next: Next) => void {
  return (error, request, _response, next) => {
    const state = (request as Marked)[LOG];
    if (state !== undefined) state.error ??= error;
    next(error);
  };
}
