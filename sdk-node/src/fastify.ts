// A plugin for Fastify 4 and 5.
import type { FastifyPluginCallback, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { clientFor, type Client, type ClientOptions } from './client.js';
import { runIn } from './context.js';
import { RequestLog, type RequestOptions } from './http.js';
import type { Logger } from './logger.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Logs with this request's id and trace. `request.log` stays Fastify's own. */
    clogs: Logger;
  }
}

/**
 * `client`, or options of a client of the plugin's own, closed with the server, or neither for the
 * shared one.
 */
export interface ClogsFastifyOptions
  extends RequestOptions<FastifyRequest, FastifyReply>, ClientOptions {
  client?: Client;
}

type State = RequestLog<IncomingMessage, ServerResponse>;

const plugin: FastifyPluginCallback<ClogsFastifyOptions> = (fastify, options, done) => {
  const {
    client: given, skip, genReqId, autoLogging, customLogLevel, customProps, ...rest
  } = options;
  const { client, owned } = clientFor(given, rest);
  const states = new WeakMap<FastifyRequest, State>();
  fastify.decorateRequest('clogs', null as unknown as Logger);

  fastify.addHook('onRequest', (request, reply, next) => {
    const [path = '', query] = request.url.split('?', 2);
    const state = new RequestLog(client, {
      ...(skip && { skip: () => skip(request, reply) }),
      genReqId: () => genReqId?.(request, reply),
      ...(autoLogging !== undefined && { autoLogging }),
      ...(customLogLevel && {
        customLogLevel: (_in: unknown, _out: unknown, error?: unknown) =>
          customLogLevel(request, reply, error),
      }),
      ...(customProps && { customProps: () => customProps(request, reply) }),
    }, request.raw, reply.raw, {
      path,
      query,
      scheme: request.protocol,
      address: request.ip,
      route: () => request.routeOptions.url,
    });
    states.set(request, state);
    request.clogs = state.log;
    reply.raw.once('finish', () => {
      state.end(false);
    });
    reply.raw.once('close', () => {
      state.end(!reply.raw.writableFinished);
    });
    runIn(state.scope, next);
  });

  fastify.addHook('onError', (request, _reply, error, next) => {
    const state = states.get(request);
    if (state !== undefined) state.error ??= error;
    next();
  });

  fastify.addHook('onClose', async () => {
    await (owned ? client.close() : client.flush());
  });
  done();
};

// What fastify-plugin does: the hooks are for the whole server, not for the plugin's own scope.
export const clogsFastify: typeof plugin = Object.assign(plugin, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: 'clogs',
  [Symbol.for('plugin-meta')]: { name: 'clogs', fastify: '>=4' },
});

export default clogsFastify;
