// Finds and loads the native module: CLOGS_NODE_BINARY, the platform's package, beside this package.

import * as path from 'node:path';

export type Handle = { readonly opaque: unique symbol };

export interface FlushResult {
  /** Everything logged before was acknowledged by the server. */
  delivered: boolean;
  /** Records that are not acknowledged yet. */
  remaining: number;
}

export interface NativeStats extends Record<string, number | string> {
  lastError: string;
}

export interface Native {
  createClient(options: readonly (readonly [string, string])[]): Handle;
  submit(client: Handle, buffer: Buffer, bytes: number): boolean;
  flush(client: Handle, timeoutMs: number): Promise<FlushResult>;
  close(client: Handle, timeoutMs?: number): Promise<FlushResult>;
  flushAtExit(client: Handle): FlushResult;
  stats(client: Handle): NativeStats;
  warnings(client: Handle): string[];
  minimumLevel(client: Handle): number;
  createServer(): Handle;
  serverClient(server: Handle, options: readonly (readonly [string, string])[]): Handle;
  records(server: Handle): string[];
  recordsEdn(server: Handle): string[];
  behave(server: Handle, failTimes: number, hang: boolean, reject: boolean): void;
  clear(server: Handle): void;
}

let loaded: Native | undefined;

export function native(): Native {
  loaded ??= load();
  return loaded;
}

function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report?.header?.glibcVersionRuntime === undefined;
}

function load(): Native {
  const platform = `${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`;
  const override = process.env['CLOGS_NODE_BINARY'];
  const places = override
    ? [path.resolve(override)]
    : [`clogs-${platform}`, path.resolve(__dirname, '../../clogs.node')];
  const failures: string[] = [];
  for (const place of places) {
    try {
      return require(place) as Native;
    } catch (error) {
      failures.push(`  ${place}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    }
  }
  throw new Error(
    `clogs: no native module for ${platform}. Tried:\n${failures.join('\n')}\n` +
      'A lock file made on another platform, or an install without optional dependencies, leaves ' +
      `clogs-${platform} out: install again on this platform.`,
  );
}
