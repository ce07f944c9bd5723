export { Client, createClient, withContext } from './client';
export type { ClientOptions, LogRecord } from './client';
export type { Fields } from './encoder';
export type { FlushResult } from './native';
export type { Level, Options } from './options';
export type { Stats } from './stats';
