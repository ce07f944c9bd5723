// What a call costs, what reaches the disk, and what memory does with the server away.
'use strict';
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { createInterface } = require('node:readline');
const { Writable } = require('node:stream');

const root = process.env.BENCH_ROOT;
const sdk = createRequire(path.join(root, 'sdk-node/package.json'));
const otelRequire = createRequire(path.join(process.env.BENCH_OTEL, 'package.json'));
const { createClient } = sdk('clogs');
const { ClogsTransport } = sdk('clogs/winston');
const pino = sdk('pino');
const winston = sdk('winston');
const Transport = sdk('winston-transport');

const CALLS = 100_000; // a round
const ROUNDS = 7;
const fields = (i) => ({ sku: 'abc-123', price: 9.5, count: i, user: 'ann' });
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clogs-bench-'));

async function startServer() {
  const server = spawn(process.env.CLOGS_BINARY, ['serve', '--data-dir', path.join(folder, 'data'),
    '--http', '127.0.0.1:0', '--grpc', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: server.stderr })) {
    const ready = /ready http=(\S+) grpc=(\S+)/.exec(line);
    if (ready === null) continue;
    server.stderr.resume();
    return { server, endpoint: ready[2] };
  }
  throw new Error('the server did not start');
}

/** CPU of this thread alone, in nanoseconds: other threads and processes do not count. */
function threadNanos() {
  return Number(fs.readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ')[0]);
}

/** The best of the rounds, each after what it has begun is over. */
async function cost(call, settle) {
  let best = Infinity;
  let bytes = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    global.gc();
    const heap = process.memoryUsage().heapUsed;
    const begin = threadNanos();
    for (let i = 0; i < CALLS; i++) call(i);
    const took = threadNanos() - begin;
    bytes = Math.min(bytes, Math.max(0, process.memoryUsage().heapUsed - heap) / CALLS);
    best = Math.min(best, took / CALLS);
    await settle?.();
  }
  return { ns: Math.round(best), bytes: Math.round(bytes) };
}

const rows = [];
async function measure(name, call, settle) {
  rows.push({ what: name, ...(await cost(call, settle)) });
}

function otelLogger() {
  const { LoggerProvider, BatchLogRecordProcessor } = otelRequire('@opentelemetry/sdk-logs');
  // Its own batching, and an exporter that takes everything at once: the call's cost alone.
  const exporter = { export: (_records, done) => done({ code: 0 }), shutdown: async () => undefined,
    forceFlush: async () => undefined };
  const processor = new BatchLogRecordProcessor({ exporter, maxQueueSize: CALLS });
  const provider = new LoggerProvider({ processors: [processor] });
  return { logger: provider.getLogger('bench'), provider };
}

async function callCosts(endpoint) {
  const client = createClient({ endpoint, service: 'bench', queueMaxRecords: 1_000_000,
    queueMaxBytes: 1 << 30 });
  const settle = () => client.flush({ timeoutMs: 60_000 });
  await measure('building the four fields', (i) => fields(i));
  await measure('clogs, direct call', (i) => client.info('added to cart', fields(i)), settle);

  const noop = winston.createLogger({ transports: [
    new (class extends Transport { log(_info, next) { next(); } })()] });
  await measure('winston, transport that does nothing', (i) => noop.info('added to cart', fields(i)));
  const clogs = winston.createLogger({ transports: [new ClogsTransport({ client })] });
  await measure('winston, clogs', (i) => clogs.info('added to cart', fields(i)), settle);
  const file = new winston.transports.Stream({ stream: fs.createWriteStream(path.join(folder, 'w.log')) });
  const toFile = winston.createLogger({ transports: [file] });
  await measure('winston, file', (i) => toFile.info('added to cart', fields(i)),
    () => new Promise((resolve) => setImmediate(resolve)));

  const nowhere = pino(new Writable({ write(_chunk, _encoding, done) { done(); } }));
  await measure('pino, stream that does nothing', (i) => nowhere.info(fields(i), 'added to cart'));
  const destination = pino.destination({ dest: path.join(folder, 'p.log'), sync: false });
  const pinoFile = pino(destination);
  await measure('pino, file, asynchronous', (i) => pinoFile.info(fields(i), 'added to cart'),
    () => new Promise((resolve) => destination.flush(resolve)));

  const { logger, provider } = otelLogger();
  await measure('OpenTelemetry, exporter that does nothing', (i) => logger.emit({
    severityNumber: 9, severityText: 'INFO', body: 'added to cart', attributes: fields(i) }),
  () => provider.forceFlush());
  await provider.shutdown();
  await client.close();
  return client.stats().dropped;
}

async function throughput(endpoint) {
  const client = createClient({ endpoint, service: 'stored', onFull: 'block', blockTimeoutMs: 60_000 });
  const count = 500_000;
  const begin = performance.now();
  for (let i = 0; i < count; i++) client.info('added to cart', fields(i));
  await client.flush({ timeoutMs: 120_000 });
  const seconds = (performance.now() - begin) / 1000;
  const [row] = await client.query('{:where [:= :service "stored"] :aggregations {:n [:count]}}').toArray();
  await client.close();
  return { stored: row.n, of: count, perSecond: Math.round(count / seconds) };
}

async function serverAway() {
  const client = createClient({ endpoint: '127.0.0.1:1', diagnostics: 'off', shutdownTimeoutMs: 0 });
  global.gc();
  const before = process.memoryUsage().rss;
  for (let i = 0; i < 1_000_000; i++) client.info('added to cart', fields(i));
  global.gc();
  const stats = client.stats();
  const grown = process.memoryUsage().rss - before;
  await client.close({ timeoutMs: 0 });
  return { logged: stats.submitted, dropped: stats.dropped.queueFull,
    grownMiB: Math.round(grown / 1048576) };
}

(async () => {
  const { server, endpoint } = await startServer();
  try {
    const away = await serverAway(); // first: memory is still as the process began with it
    const dropped = await callCosts(endpoint);
    console.log('A call: CPU of its own thread and JavaScript heap, best of rounds');
    console.table(rows);
    console.log('dropped by the client of these rows:', dropped.queueFull);
    console.log('Stored by a real server:', await throughput(endpoint));
    console.log('A million records with the server away:', away);
  } finally {
    server.kill('SIGTERM');
    await once(server, 'exit');
    fs.rmSync(folder, { recursive: true, force: true });
  }
})();
