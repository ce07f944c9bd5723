// Finds and loads the addon clogs.node.
import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import path from 'node:path';

export interface FlushResult {
  /** Nothing remains, and nothing of it was dropped or refused meanwhile. */
  delivered: boolean;
  /** Records that are not acknowledged. */
  remaining: number;
}

export interface Dropped {
  queueFull: number;
  tooLarge: number;
  expired: number;
  spoolFull: number;
  damaged: number;
  closed: number;
  shutdown: number;
  beforeSend: number;
  malformed: number;
}

interface NativeStats {
  submitted: number;
  accepted: number;
  adopted: number;
  sent: number;
  rejected: number;
  retried: number;
  renamedFields: number;
  duplicateFields: number;
  repairedText: number;
  shortened: number;
  redacted: number;
  queueRecords: number;
  queueBytes: number;
  spoolRecords: number;
  spoolBytes: number;
  inFlightRecords: number;
  dropped: Dropped;
  lastSuccessMs: number;
  lastError: string;
}

export type Stats = Omit<NativeStats, 'lastSuccessMs' | 'lastError'> & {
  /** When a batch was last acknowledged. */
  lastSuccessAt: Date | undefined;
  lastError: string | undefined;
};

export interface QuerySummary {
  /** The query as the server ran it, in EDN. */
  canonical: string;
  hash: string;
  columns: string[];
  count: number;
  total?: number;
  totalIsExact: boolean;
  next?: string;
  prev?: string;
  approx: string[];
  partial: boolean;
  warnings: string[];
  asOfUnixNanos: bigint;
}

export interface NativeAnswer {
  next(): Promise<string | null>;
  cancel(): void;
  summary(): QuerySummary;
  dropped(): number;
}

export interface NativeClient {
  submit(length: number): boolean;
  submitBytes(record: Uint8Array): boolean;
  flush(timeoutMs: number | undefined): Promise<FlushResult>;
  flushSync(timeoutMs: number | undefined): FlushResult;
  close(timeoutMs: number | undefined): Promise<FlushResult>;
  closeSync(timeoutMs: number | undefined): FlushResult;
  stats(): NativeStats;
  warnings(): string[];
  option(name: string): string | undefined;
  query(text: string, isJson: boolean, isTail: boolean, rowsAsEdn: boolean,
    timeoutMs: number | undefined, params: string[]): NativeAnswer;
}

export interface NativeTestServer {
  behave(failTimes: number, failure: number, hang: boolean, reject: boolean): void;
  records(): string[];
  recordsEdn(): string[];
  calls(): number;
  clear(): void;
}

export interface Addon {
  NativeClient: new (
    options: string[], onError?: (error: Error) => void, server?: NativeTestServer) => NativeClient;
  NativeTestServer: new () => NativeTestServer;
  useScratch(memory: Uint8Array): void;
}

/** No addon could be loaded. `tried` names every place, with what went wrong there. */
export class NativeLoadError extends Error {
  override readonly name = 'NativeLoadError';
  constructor(readonly tried: readonly string[], cause: unknown) {
    super(`The native module of clogs could not be loaded.\nTried:\n${
      tried.map((one) => `  - ${one}`).join('\n')}\n${likelyCause(tried)}`, { cause });
  }
}

/** Whether this Node runs on musl (Alpine) rather than glibc. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime === undefined;
}

/**
 * The package that holds the addon for this platform: clogs-linux-x64, clogs-linux-arm64-musl, ...
 */
export function platformPackage(): string {
  return `clogs-${process.platform}-${process.arch}${isMusl() ? '-musl' : ''}`;
}

function likelyCause(tried: readonly string[]): string {
  const name = platformPackage();
  if (tried.some((one) => one.includes('GLIBC_'))) {
    return 'Likely cause: the system\'s C library is older than glibc 2.17.';
  }
  if (tried.some((one) => /invalid ELF|wrong ELF|mach-o|not a valid Win32/i.test(one))) {
    return 'Likely cause: node_modules was copied from another platform. Install again here.';
  }
  if (!tried.some((one) => one.includes(`${name}: Cannot find module`))) {
    return 'Likely cause: the file is damaged, or its folder is mounted noexec.';
  }
  return `Likely cause: the optional dependency ${name} is not installed. Either optional ` +
    'dependencies were left out (--omit=optional, --no-optional), or node_modules or the lock ' +
    'file was made on another platform (another system, processor or C library): install ' +
    `again here, or name the platform when installing, e.g. npm install --os=${process.platform} ` +
    `--cpu=${process.arch}${isMusl() ? ' --libc=musl' : ''}. CLOGS_NATIVE may name a clogs.node.`;
}

function reason(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.split('\n', 1)[0] ?? '';
}

let loaded: Addon | undefined;

/**
 * The addon, loaded at the first call: CLOGS_NATIVE, then the platform's package, then a local
 * build.
 */
export function addon(): Addon {
  loaded ??= load();
  return loaded;
}

function load(): Addon {
  const require = createRequire(__filename);
  const tried: string[] = [];
  let last: unknown;
  const attempt = (what: string, file: string): Addon | undefined => {
    try {
      return require(file) as Addon;
    } catch (thrown) {
      last = thrown;
      tried.push(`${what}: ${reason(thrown)}`);
      return undefined;
    }
  };
  const override = process.env['CLOGS_NATIVE'];
  if (override !== undefined && override !== '') {
    // Alone: who names a file wants that one, or to hear why not.
    const found = attempt(`CLOGS_NATIVE=${override}`, path.resolve(override));
    if (found !== undefined) return found;
    throw new NativeLoadError(tried, last);
  }
  const name = platformPackage();
  const packaged = attempt(name, `${name}/clogs.node`);
  if (packaged !== undefined) return packaged;
  const local = path.resolve(__dirname, '../../build/sdk-node/clogs.node');
  if (existsSync(local)) {
    const built = attempt(local, local);
    if (built !== undefined) return built;
  } else {
    tried.push(`${local}: no such file`);
  }
  throw new NativeLoadError(tried, last);
}
