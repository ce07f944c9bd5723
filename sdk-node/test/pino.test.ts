// pino's transport, in pino's worker, against the real server.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { RealServer, runProgram, type Ended } from './server';

let server: RealServer;

before(async () => {
  server = await RealServer.start();
});

after(async () => {
  await server.stop();
});

async function run(service: string, code: string, pinoOptions = ''): Promise<Ended> {
  return runProgram(`
    const pino = require('pino');
    const log = pino({ ${pinoOptions} transport: { target: 'clogs/pino', options: {
      endpoint: ${JSON.stringify(server.grpc)}, service: ${JSON.stringify(service)} } } });
    ${code}`);
}

async function rows(service: string): Promise<Record<string, unknown>[]> {
  return server.rows(`{:where [:= :service "${service}"] :order-by [[:n :asc]] :limit 10000}`);
}

test('levels, fields, errors, children and names are stored', async () => {
  const ended = await run('pino', `
    log.info({ n: 1, sku: 'a' }, 'added %s', 'cart');
    log.child({ part: 'cart' }).warn({ n: 2 }, 'low');
    log.error({ n: 3, err: new TypeError('declined', { cause: new Error('why') }) }, 'failed');
    log.audit({ n: 4 }, 'seen');`, `name: 'shop', level: 'trace', customLevels: { audit: 35 },`);
  assert.equal(ended.code, 0, ended.err);
  const [info, warn, error, audit] = await rows('pino');
  assert.equal(info!['level'], 'info');
  assert.equal(info!['message'], 'added cart');
  assert.equal(info!['sku'], 'a');
  assert.equal(info!['logger'], 'shop');
  assert.equal(info!['pid'], undefined);
  assert.equal(info!['hostname'], undefined);
  assert.equal(warn!['level'], 'warn');
  assert.equal(warn!['part'], 'cart');
  const exception = error!['exception'] as Record<string, unknown>;
  assert.equal(exception['type'], 'TypeError');
  assert.match(String(exception['message']), /declined/);
  assert.match(String(exception['stacktrace']), /TypeError/);
  assert.equal(audit!['level'], 'info');
  assert.equal(audit!['level_text'], 'audit');
});

test('the process ends by itself, and nothing is lost', async () => {
  const ended = await run('pino-many', 'for (let n = 0; n < 2000; n++) log.info({ n }, "m");');
  assert.equal(ended.code, 0, ended.err);
  assert.equal((await rows('pino-many')).length, 2000);
});

test('neither is it by process.exit()', async () => {
  const ended = await run('pino-exit', `
    for (let n = 0; n < 500; n++) log.info({ n }, 'm');
    process.exit(0);`);
  assert.equal(ended.code, 0, ended.err);
  assert.equal((await rows('pino-exit')).length, 500);
});

test('pino\'s own names of message and error are read from it, and the mixin brings the context', async () => {
  const ended = await run('pino-keys', `
    const { withContext } = require('clogs');
    withContext({ tenant: 'acme', n: 1 }, () => log.error({ problem: new Error('boom') }, 'text'));`,
  `messageKey: 'note', errorKey: 'problem', mixin: require('clogs/pino').contextMixin,`);
  assert.equal(ended.code, 0, ended.err);
  const [row] = await rows('pino-keys');
  assert.equal(row!['message'], 'text');
  assert.equal(row!['tenant'], 'acme');
  assert.equal((row!['exception'] as Record<string, unknown>)['message'], 'boom');
});
