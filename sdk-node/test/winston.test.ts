import assert from 'node:assert/strict';
import { once } from 'node:events';
import test from 'node:test';

import { withContext } from 'clogs';
import { createTestClient } from 'clogs/testing';
import { ClogsTransport } from 'clogs/winston';
import winston from 'winston';

function logging(options: Partial<winston.LoggerOptions> = {}, transport: object = {}) {
  const client = createTestClient();
  const clogs = new ClogsTransport({ client, ...transport });
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- a subclass is one
  const logger = winston.createLogger({ level: 'silly', ...options, transports: [clogs] });
  return { client, clogs, logger };
}

test('message, level and metadata are stored', async () => {
  const { client, logger } = logging({ defaultMeta: { component: 'cart' } });
  logger.info('added', { sku: 'a-1', price: 9.5, nested: { a: [1] } });
  await client.flush();
  const record = client.one({ level: 'info', message: 'added' });
  assert.deepEqual(record.attributes,
    { component: 'cart', sku: 'a-1', price: 9.5, nested: { a: [1] } });
  await client.close();
});

test('the levels of npm are mapped, and their words kept', async () => {
  const { client, logger } = logging();
  for (const level of ['error', 'warn', 'info', 'http', 'verbose', 'debug', 'silly']) {
    logger.log(level, 'm');
  }
  await client.flush();
  assert.deepEqual(client.records.map((one) => [one.level, one.level_text]), [
    ['error', undefined], ['warn', undefined], ['info', undefined], ['info', 'http'],
    ['debug', 'verbose'], ['debug', undefined], ['trace', 'silly']]);
  await client.close();
});

test('the level is the one before colours, and a timestamp of a format is the record\'s', async () => {
  const { client, logger } = logging({
    format: winston.format.combine(winston.format.colorize(), winston.format.timestamp()) });
  logger.warn('m');
  await client.flush();
  const record = client.one({ level: 'warn' });
  assert.equal(record.level_text, undefined);
  assert.equal(record['attr.timestamp'], undefined);
  assert.match(record.timestamp!, /^20/);
  await client.close();
});

test('an error in the metadata is the exception, with its causes', async () => {
  const { client, logger } = logging();
  logger.error('payment failed', { err: new Error('declined', { cause: new TypeError('why') }) });
  await client.flush();
  const record = client.one({ level: 'error' });
  assert.equal(record.message, 'payment failed');
  assert.equal(record.exception!['message'], 'declined');
  assert.equal((record.exception!['cause'] as Record<string, unknown>)['type'], 'TypeError');
  await client.close();
});

test('an error as the second argument leaves the message as it was', async () => {
  const { client, logger } = logging();
  logger.error('payment failed', Object.assign(new Error('declined'), { code: 'E1' }));
  await client.flush();
  const record = client.one();
  assert.equal(record.message, 'payment failed');
  assert.equal(record.exception!['message'], 'declined');
  assert.equal(record.exception!['code'], 'E1');
  assert.deepEqual(record.attributes, {});
  await client.close();
});

test('an error alone is message and exception', async () => {
  for (const format of [undefined, winston.format.errors({ stack: true })]) {
    const { client, logger } = logging(format === undefined ? {} : { format });
    logger.error(new RangeError('out of range'));
    await client.flush();
    const record = client.one({ level: 'error', message: 'out of range' });
    assert.equal(record.exception!['type'], 'RangeError');
    assert.match(String(record.exception!['stacktrace']), /winston\.test/);
    assert.equal(record.exception!['level'], undefined);
    assert.deepEqual(record.attributes, {});
    await client.close();
  }
});

test('the transport\'s level, silent and format hold', async () => {
  const { client, clogs, logger } = logging({}, {
    level: 'warn', format: winston.format((info) => (info['secret'] ? false : info))() });
  logger.info('below');
  logger.warn('hidden', { secret: true });
  logger.warn('seen');
  clogs.silent = true;
  logger.warn('silent');
  await client.flush();
  assert.deepEqual(client.records.map((one) => one.message), ['seen']);
  await client.close();
});

test('what gathers while the stream is corked is written in order, once', async () => {
  const { client, clogs, logger } = logging();
  clogs.cork();
  for (let i = 0; i < 10; i++) logger.info('m', { i });
  clogs.uncork();
  await client.flush();
  assert.deepEqual(client.records.map((one) => one['i']), [...Array(10).keys()]);
  await client.close();
});

test('the transport finishes only when the server has the records', async () => {
  const { client, clogs } = logging();
  client.behave({ hang: true });
  clogs.log({ level: 'info', message: 'last' });
  let finished = false;
  const done = once(clogs, 'finish').then(() => (finished = true));
  clogs.end();
  await new Promise(setImmediate);
  assert.equal(finished, false);
  client.behave({});
  await done;
  assert.equal(client.one().message, 'last');
  await client.close();
});

test('uncaught exceptions and rejections are stored without the machine\'s description', async () => {
  const { client, logger } = logging({ exitOnError: false },
    { handleExceptions: true, handleRejections: true });
  const about = (error: Error): object => logger.exceptions.getAllInfo(error);
  logger.log({ ...about(new TypeError('nobody caught me')), level: 'error', exception: true } as
    never);
  await client.flush();
  const record = client.one({ level: 'error' });
  assert.equal(record.exception!['type'], 'TypeError');
  assert.equal(record.exception!['message'], 'nobody caught me');
  assert.equal(record.exception!['escaped'], true);
  assert.match(record.message!, /^uncaughtException: nobody caught me/);
  for (const key of ['process', 'os', 'trace', 'stack', 'date', 'error']) {
    assert.equal(record[key], undefined, key);
  }
  logger.exceptions.unhandle();
  logger.rejections.unhandle();
  await client.close();
});

test('the context is on what winston logs', async () => {
  const { client, logger } = logging();
  withContext({ tenant: 'acme' }, () => logger.info('in scope'));
  await client.flush();
  assert.equal(client.one()['tenant'], 'acme');
  await client.close();
});

test('a transport with options has a client of its own, and closes it; without, it shares one', async () => {
  const own = new ClogsTransport({ service: 'shop', endpoint: '127.0.0.1:1', diagnostics: 'off' });
  const shared = new ClogsTransport();
  assert.equal(own.client.option('service'), 'shop');
  assert.equal(shared.client, new ClogsTransport({ level: 'warn' }).client);
  own.close();
  assert.equal(own.client.info('late'), false);
  await own.client.close();
  await shared.client.close();
});
