// A small shop: Express and Winston, whose records go to a Clogs server. CLOGS_ENDPOINT names it.
import { createClient, withContext } from 'clogs';
import { errorLogger, requestLogger } from 'clogs/express';
import { ClogsTransport } from 'clogs/winston';
import express from 'express';
import winston from 'winston';

const client = createClient({ service: 'shop', onFull: 'drop_oldest' });
const logger = winston.createLogger({ level: 'info', transports: [new ClogsTransport({ client })] });
const prices = new Map([['tea', 3.5], ['cup', 9]]);

const app = express();
app.use(requestLogger({ client, skip: (req) => req.path === '/health' }));
app.get('/health', (_req, res) => res.send('ok'));
app.post('/cart/:item', (req, res) => {
  const { item } = req.params;
  const price = prices.get(item);
  if (price === undefined) {
    req.log.warn('no such item', { item });
    res.status(404).json({ error: 'no such item' });
    return;
  }
  // What is logged in here, by whatever logger, has the cart's id beside the request's.
  withContext({ cart: 'c-1' }, () => logger.info('added', { item, price, password: 'never stored' }));
  res.json({ item, price });
});
app.post('/pay', () => {
  throw new Error('the bank is closed', { cause: new TypeError('no connection') });
});
app.use(errorLogger());

const server = app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  console.log(`shop on port ${server.address().port}`);
});
process.on('SIGTERM', () => {
  server.close(async () => {
    const { delivered } = await client.close();
    process.exit(delivered ? 0 : 1);
  });
});
