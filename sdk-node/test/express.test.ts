import assert from 'node:assert/strict';
import { once } from 'node:events';
import http, { type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'node:test';

import { getContext } from 'clogs';
import { errorLogger, requestLogger, type RequestLoggerOptions } from 'clogs/express';
import { createTestClient, type TestClient } from 'clogs/testing';
import express, { type Express } from 'express';

interface Running {
  url: string;
  server: Server;
  stop: () => Promise<void>;
}

async function listen(handler: RequestListener): Promise<Running> {
  const server = http.createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    server,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function shop(options: RequestLoggerOptions = {}): { app: Express; client: TestClient } {
  const client = createTestClient();
  const app = express();
  app.use(requestLogger({ client, ...options }));
  app.get('/items/:id', (req, res) => {
    req.log.info('viewed', { item: req.params.id });
    res.send(`item of ${req.id}`);
  });
  const router = express.Router();
  router.get('/:id', (_req, res) => {
    res.status(404).send('none');
  });
  app.use('/carts', router);
  app.get('/fails', () => {
    throw new TypeError('broken');
  });
  app.use(errorLogger());
  app.use((_error: unknown, _req: unknown, res: express.Response, _next: unknown) => {
    res.status(500).send('sorry');
  });
  return { app, client };
}

test('one line a request, with OpenTelemetry\'s names and the route', async () => {
  const { app, client } = shop();
  const { url, stop } = await listen(app);
  const response = await fetch(`${url}/items/7?color=red`, { headers: { 'user-agent': 'me/1' } });
  await response.text();
  await stop();
  await client.flush();
  assert.equal(client.records.length, 2);
  const line = client.one({ message: 'GET /items/7 200' });
  assert.equal(line.level, 'info');
  const { attributes } = line;
  assert.equal(attributes['http.request.method'], 'GET');
  assert.equal(attributes['http.response.status_code'], 200);
  assert.equal(attributes['http.route'], '/items/:id');
  assert.equal(attributes['url.path'], '/items/7');
  assert.equal(attributes['url.query'], 'color=red');
  assert.equal(attributes['url.scheme'], 'http');
  assert.equal(attributes['user_agent.original'], 'me/1');
  assert.equal(attributes['server.address'], '127.0.0.1');
  assert.match(String(attributes['client.address']), /127\.0\.0\.1/);
  assert.ok((attributes['http.server.duration_ms'] as number) >= 0);
  const id = response.headers.get('x-request-id');
  assert.equal(attributes['request.id'], id);
  assert.deepEqual(client.one({ message: 'viewed' }).attributes, { 'request.id': id, item: '7' });
  await client.close();
});

test('the route of a nested router has its mount point; 4xx warns', async () => {
  const { app, client } = shop();
  const { url, stop } = await listen(app);
  await (await fetch(`${url}/carts/9`)).text();
  await stop();
  await client.flush();
  const line = client.one();
  assert.equal(line['http.route'], '/carts/:id');
  assert.equal(line.level, 'warn');
  await client.close();
});

test('an error gives one line, with the exception', async () => {
  const { app, client } = shop();
  const { url, stop } = await listen(app);
  await (await fetch(`${url}/fails`)).text();
  await stop();
  await client.flush();
  const line = client.one();
  assert.equal(line.level, 'error');
  assert.equal(line.message, 'GET /fails 500');
  assert.equal(line.exception!['type'], 'TypeError');
  assert.equal(line.exception!['message'], 'broken');
  assert.equal(line['error.type'], 'TypeError');
  await client.close();
});

test('a request that the client aborts has a line of its own kind', async () => {
  const client = createTestClient();
  const app = express();
  app.use(requestLogger({ client }));
  let arrived: () => void = () => undefined;
  const waiting = new Promise<void>((resolve) => (arrived = resolve));
  let closed: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => (closed = resolve));
  app.get('/slow', (_req, res) => {
    res.on('close', closed);
    arrived();
  });
  const { url, stop } = await listen(app);
  const abort = new AbortController();
  const asked = fetch(`${url}/slow`, { signal: abort.signal });
  await waiting;
  abort.abort();
  await assert.rejects(asked);
  await gone;
  await stop();
  await client.flush();
  const line = client.one();
  assert.equal(line.message, 'GET /slow aborted');
  assert.equal(line.level, 'warn');
  assert.equal(line['request.aborted'], true);
  assert.equal(line['http.response.status_code'], undefined);
  await client.close();
});

test('skip, genReqId, customLogLevel and customProps are asked; what they throw does no harm', async () => {
  const { app, client } = shop({
    skip: (req) => req.path === '/health',
    genReqId: (req) => req.get('x-my-id'),
    customLogLevel: (_req, res) => (res.statusCode === 200 ? 'debug' : 'fatal'),
    customProps: (req) => {
      if (req.get('x-my-id') === 'b') throw new Error('props');
      return { tenant: 'acme' };
    },
  });
  app.get('/health', (_req, res) => {
    res.send('ok');
  });
  const { url, stop } = await listen(app);
  for (const id of ['a', 'b']) {
    const response = await fetch(`${url}/items/1`, { headers: { 'x-my-id': id } });
    assert.equal(await response.text(), `item of ${id}`);
    await (await fetch(`${url}/health`)).text();
  }
  await stop();
  await client.flush();
  const lines = client.find({ message: 'GET /items/1 200' });
  assert.deepEqual(lines.map((one) => [one.level, one['request.id'], one['tenant']]),
    [['debug', 'a', 'acme'], ['debug', 'b', undefined]]);
  assert.equal(client.find({ message: 'GET /health 200' }).length, 0);
  await client.close();
});

test('without autoLogging there is no line, and req.log stays', async () => {
  const { app, client } = shop({ autoLogging: false });
  const { url, stop } = await listen(app);
  await (await fetch(`${url}/items/1`)).text();
  await stop();
  await client.flush();
  assert.deepEqual(client.records.map((one) => one.message), ['viewed']);
  await client.close();
});

test('the context of a request is on what the client logs, and requests do not mix', async () => {
  const client = createTestClient();
  const app = express();
  app.use(requestLogger({ client, autoLogging: false }));
  app.get('/:name', async (req, res) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    client.info('deep inside', { name: req.params.name });
    res.json(getContext());
  });
  const { url, stop } = await listen(app);
  const names = ['a', 'b', 'c', 'd'];
  const contexts = await Promise.all(names.map(async (name) => {
    const response = await fetch(`${url}/${name}`, { headers: {
      'x-request-id': `id-${name}`,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' } });
    return response.json();
  }));
  await stop();
  await client.flush();
  for (const [i, name] of names.entries()) {
    assert.equal((contexts[i] as Record<string, unknown>)['request.id'], `id-${name}`);
    const record = client.one({ name });
    assert.equal(record['request.id'], `id-${name}`);
    assert.equal(record.trace_id, '0af7651916cd43dd8448eb211c80319c');
  }
  await client.close();
});

test('an id of a stranger that is too long or odd is not taken over', async () => {
  const { app, client } = shop();
  const { url, stop } = await listen(app);
  const response = await fetch(`${url}/items/1`, { headers: { 'x-request-id': 'x'.repeat(500) } });
  await response.text();
  assert.match(response.headers.get('x-request-id')!, /^[0-9a-f-]{36}$/);
  await stop();
  await client.close();
});

test('mounted twice, it still gives one line', async () => {
  const client = createTestClient();
  const app = express();
  app.use(requestLogger({ client }), requestLogger({ client }));
  app.get('/', (_req, res) => {
    res.send('ok');
  });
  const { url, stop } = await listen(app);
  await (await fetch(url)).text();
  await stop();
  await client.flush();
  assert.equal(client.records.length, 1);
  await client.close();
});
