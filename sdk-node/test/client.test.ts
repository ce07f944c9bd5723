import assert from 'node:assert/strict';
import test from 'node:test';

import {
  createClient, getContext, parseTraceparent, withContext, type DeliveryError, type LogRecord,
} from 'clogs';
import { createTestClient } from 'clogs/testing';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';

test('each method writes its level, and the minimum holds', async () => {
  const client = createTestClient({ level: 'warn' });
  assert.equal(client.trace('t'), false);
  assert.equal(client.info('i'), false);
  assert.equal(client.log({ level: 'debug', message: 'd' }), false);
  assert.equal(client.warn('w'), true);
  assert.equal(client.error('e'), true);
  assert.equal(client.fatal('f'), true);
  assert.equal(client.enabled('info'), false);
  assert.equal(client.enabled('warn'), true);
  await client.flush();
  assert.deepEqual(client.records.map((one) => one.level), ['warn', 'error', 'fatal']);
  await client.close();
});

test('log() takes words of other frameworks, and keeps them as level_text', async () => {
  const client = createTestClient();
  for (const level of ['verbose', 'silly', 'WARNING', 'crit', 'odd']) client.log({ level });
  await client.flush();
  assert.deepEqual(client.records.map((one) => [one.level, one.level_text]), [
    ['debug', 'verbose'], ['trace', 'silly'], ['warn', 'WARNING'], ['fatal', 'crit'],
    ['info', 'odd']]);
  await client.close();
});

test('a timestamp may be a Date, milliseconds, nanoseconds, or text; else it is now', async () => {
  const client = createTestClient();
  const ms = 1700000000123;
  const before = Date.now();
  client.log({ timestamp: new Date(ms) });
  client.log({ timestamp: ms });
  client.log({ timestamp: BigInt(ms) * 1_000_000n + 456n });
  client.log({ timestamp: '2023-11-14T22:13:20.123Z' });
  client.log({ timestamp: 'yesterday' });
  await client.flush();
  const times = client.records.map((one) => one.timestamp!);
  assert.deepEqual(times.slice(0, 4), ['2023-11-14T22:13:20.123Z', '2023-11-14T22:13:20.123Z',
    '2023-11-14T22:13:20.123000456Z', '2023-11-14T22:13:20.123Z']);
  assert.ok(Date.parse(times[4]!) >= before && Date.parse(times[4]!) <= Date.now());
  await client.close();
});

test('flush() tells the truth: not delivered while the server hangs, delivered afterwards', async () => {
  const client = createTestClient();
  client.behave({ hang: true });
  client.info('waits');
  assert.deepEqual(await client.flush({ timeoutMs: 20 }), { delivered: false, remaining: 1 });
  client.behave({});
  assert.deepEqual(await client.flush({ timeoutMs: 10_000 }), { delivered: true, remaining: 0 });
  assert.equal(client.one()['message'], 'waits');
  await client.close();
});

test('failures are tried again, and each record is stored once', async () => {
  const client = createTestClient({ retryInitialMs: 1, retryMaxMs: 2 });
  client.behave({ failTimes: 3 });
  client.info('a');
  assert.equal((await client.flush()).delivered, true);
  assert.equal(client.records.length, 1);
  assert.equal(client.stats().retried, 3);
  assert.ok(client.calls >= 4);
  await client.close();
});

test('rejected records are counted, and the flush says so', async () => {
  const client = createTestClient();
  client.behave({ reject: true });
  client.info('a');
  assert.equal((await client.flush()).delivered, false);
  assert.equal(client.stats().rejected, 1);
  assert.equal(client.records.length, 0);
  await client.close();
});

test('close() delivers, is idempotent, and later records are dropped and counted', async () => {
  const client = createTestClient();
  client.info('last');
  const first = client.close();
  assert.equal(client.close(), first);
  assert.equal(client.info('too late'), false);
  assert.equal(client.log({ message: 'too late' }), false);
  assert.deepEqual(await first, { delivered: true, remaining: 0 });
  assert.equal(client.one().message, 'last');
  assert.equal(client.stats().dropped.closed, 2);
  assert.equal(client.stats().submitted, 3);
  assert.deepEqual(await client.flush(), { delivered: true, remaining: 0 });
});

test('the queue is bounded, and what it drops is counted', async () => {
  const client = createTestClient({ queueMaxRecords: 10, batchMaxRecords: 10 });
  client.behave({ hang: true });
  for (let i = 0; i < 200; i++) client.info('x', { i });
  assert.ok(client.stats().dropped.queueFull > 0);
  client.behave({});
  await client.close();
});

test('beforeSend changes a record or drops it; what it throws does no harm', async () => {
  const seen: LogRecord[] = [];
  const client = createTestClient({
    beforeSend: (record) => {
      seen.push(record);
      if (record.message === 'drop') return null;
      if (record.message === 'throw') throw new Error('hook');
      return { ...record, added: true };
    },
  });
  withContext({ tenant: 'acme' }, () => client.child({ part: 'cart' }).info('keep', { a: 1 }));
  assert.equal(client.info('drop'), false);
  client.info('throw', { b: 2 });
  await client.flush();
  assert.deepEqual(client.records.map((one) => [one.message, one.attributes]), [
    ['keep', { tenant: 'acme', part: 'cart', a: 1, added: true }], ['throw', { b: 2 }]]);
  assert.equal(seen[0]!.level, 'info');
  assert.ok(seen[0]!.timestamp instanceof Date);
  assert.equal(client.stats().dropped.beforeSend, 1);
  await client.close();
});

test('beforeSend that logs does not see its own record', async () => {
  const client = createTestClient({
    beforeSend: (record) => {
      client.info('from the hook');
      return record;
    },
  });
  client.info('first');
  await client.flush();
  assert.deepEqual(client.records.map((one) => one.message), ['from the hook', 'first']);
  await client.close();
});

test('onError hears of trouble, and what it throws does no harm', async () => {
  const client = createTestClient({
    retryInitialMs: 1,
    onError: (error) => {
      heard(error);
      throw new Error('from the hook');
    },
  });
  let heard: (error: DeliveryError) => void = () => undefined;
  const trouble = new Promise<DeliveryError>((resolve) => (heard = resolve));
  client.behave({ failTimes: 1 });
  client.info('a');
  const kept = setInterval(() => undefined, 1000);
  const error = await trouble;
  clearInterval(kept);
  assert.equal(error.code, 'unavailable');
  assert.equal(error.grpcCode, 14);
  assert.ok(error instanceof Error);
  assert.equal((await client.flush()).delivered, true);
  await client.close();
});

test('withContext() reaches through awaits and timers, nests, and a record hides it', async () => {
  const client = createTestClient();
  await withContext({ tenant: 'acme', user: 1 }, async () => {
    client.info('outer');
    await new Promise((resolve) => setTimeout(resolve, 1));
    withContext({ user: 2 }, () => client.info('inner'));
    client.info('own', { user: 3 });
    assert.deepEqual(getContext(), { tenant: 'acme', user: 1 });
  });
  client.info('outside');
  await client.flush();
  assert.deepEqual(client.records.map((one) => [one.message, one.attributes]), [
    ['outer', { tenant: 'acme', user: 1 }], ['inner', { tenant: 'acme', user: 2 }],
    ['own', { tenant: 'acme', user: 3 }], ['outside', {}]]);
  assert.equal(client.stats().duplicateFields, 0);
  assert.deepEqual(getContext(), {});
  await client.close();
});

test('children nest, and hide the context', async () => {
  const client = createTestClient();
  const cart = client.child({ logger: 'shop.cart', user: 1 }).child({ user: 2, cart: 7 });
  withContext({ user: 3, tenant: 'acme' }, () => cart.warn('w', { cart: 8 }));
  await client.flush();
  const record = client.one({ level: 'warn' });
  assert.equal(record['logger'], 'shop.cart');
  assert.deepEqual(record.attributes, { user: 2, cart: 8, tenant: 'acme' });
  await client.close();
});

test('the ids of the active OpenTelemetry span are on the record, once', async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const tracer = new BasicTracerProvider().getTracer('test');
  const client = createTestClient();
  const span = tracer.startSpan('work');
  const { traceId, spanId } = span.spanContext();
  context.with(trace.setSpan(context.active(), span), () => {
    client.info('in the span');
    client.info('of its own', { trace_id: 'f'.repeat(32) });
  });
  client.info('outside');
  await client.flush();
  const [inside, own, outside] = client.records;
  assert.equal(inside!.trace_id ?? inside!['trace-id'], traceId);
  assert.equal(inside!.span_id ?? inside!['span-id'], spanId);
  assert.equal(inside!['trace_flags'], 1);
  assert.deepEqual(inside!.attributes, {});
  assert.equal(own!.trace_id, 'f'.repeat(32));
  assert.equal(outside!.trace_id, undefined);
  context.disable();
  await client.close();
});

test('traceparent is read as W3C has it', () => {
  assert.deepEqual(parseTraceparent('00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'), {
    traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 });
  for (const wrong of [undefined, '', 'x', '00-0-0-0',
    'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    '00-00000000000000000000000000000000-b7ad6b7169203331-01']) {
    assert.equal(parseTraceparent(wrong), undefined);
  }
});

test('a client that is switched off takes nothing and ends at once', async () => {
  const client = createClient({ enabled: false });
  assert.equal(client.fatal('x'), false);
  assert.equal(client.enabled('fatal'), false);
  assert.deepEqual(await client.close(), { delivered: true, remaining: 0 });
});

test('no value that a caller may pass makes a method throw', async () => {
  const client = createTestClient();
  const odd: unknown[] = [undefined, null, 5, 'text', Symbol('s'), [], () => 1, new Error('e'),
    Object.create(null), new Proxy({}, { get: () => { throw new Error('no'); } })];
  for (const one of odd) {
    client.info(one as string, one as object);
    client.log({ level: one as string, message: one as string, value: one });
  }
  await client.flush();
  assert.equal(client.stats().dropped.malformed, 0);
  assert.equal(client.records.length, odd.length * 2);
  await client.close();
});
