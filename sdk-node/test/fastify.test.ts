import assert from 'node:assert/strict';
import test from 'node:test';

import clogsFastify from 'clogs/fastify';
import { createTestClient } from 'clogs/testing';
import fastify, { type FastifyInstance } from 'fastify';

async function shop(options: object = {}): Promise<{
  app: FastifyInstance; client: ReturnType<typeof createTestClient>; }> {
  const client = createTestClient();
  const app = fastify();
  await app.register(clogsFastify, { client, ...options });
  app.get<{ Params: { id: string } }>('/items/:id', async (request) => {
    request.clogs.info('viewed', { item: request.params.id });
    await Promise.resolve();
    client.info('deep inside');
    return 'ok';
  });
  app.get('/fails', async () => {
    await Promise.resolve();
    throw new TypeError('broken');
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, client };
}

const urlOf = (app: FastifyInstance): string => app.listeningOrigin;

test('one line a request, with the route, and the context inside', async () => {
  const { app, client } = await shop();
  const response = await fetch(`${urlOf(app)}/items/7?a=1`, { headers: { 'x-request-id': 'r1' } });
  assert.equal(await response.text(), 'ok');
  assert.equal(response.headers.get('x-request-id'), 'r1');
  await app.close();
  const line = client.one({ message: 'GET /items/7 200' });
  assert.equal(line['http.route'], '/items/:id');
  assert.equal(line['url.query'], 'a=1');
  assert.equal(line['request.id'], 'r1');
  assert.equal(client.one({ message: 'viewed' })['request.id'], 'r1');
  assert.equal(client.one({ message: 'deep inside' })['request.id'], 'r1');
  await client.close();
});

test('an error gives one line, with the exception', async () => {
  const { app, client } = await shop();
  await (await fetch(`${urlOf(app)}/fails`)).text();
  await app.close();
  const line = client.one();
  assert.equal(line.level, 'error');
  assert.equal(line.exception!['message'], 'broken');
  assert.equal(line['http.response.status_code'], 500);
  await client.close();
});

test('skip and customProps are asked with Fastify\'s own request', async () => {
  const { app, client } = await shop({
    skip: (request: { url: string }) => request.url === '/fails',
    customProps: (request: { params: object }) => ({ params: request.params }),
  });
  await (await fetch(`${urlOf(app)}/fails`)).text();
  await (await fetch(`${urlOf(app)}/items/3`)).text();
  await app.close();
  assert.equal(client.find({ 'url.path': '/fails' }).length, 0);
  assert.deepEqual(client.one({ 'url.path': '/items/3' })['params'], { id: '3' });
  await client.close();
});
