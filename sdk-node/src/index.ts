export {
  createClient, defaultClient, setDefaultClient, Client,
  type ClientOptions, type DeliveryError, type WaitOptions,
} from './client.js';
export { getContext, parseTraceparent, withContext, type Fields, type Trace } from './context.js';
export { SEVERITIES, type Level } from './levels.js';
export type { Logger, LogRecord } from './logger.js';
export {
  NativeLoadError, type Dropped, type FlushResult, type QuerySummary, type Stats,
} from './native.js';
export type { Compression, Diagnostics, OnFull } from './options.js';
export { Answer, type QueryData, type QueryError, type QueryOptions } from './query.js';
