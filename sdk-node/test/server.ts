// The real server binary on free ports, with a folder of its own; and programs that log to it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

import { createClient, type ClientOptions } from 'clogs';

const READY = /ready http=(\S+) grpc=(\S+)/;

export class RealServer {
  private constructor(
    private readonly process: ChildProcess, readonly folder: string, readonly http: string,
    readonly grpc: string) {}

  static async start(): Promise<RealServer> {
    const binary = process.env['CLOGS_BINARY'];
    if (!binary) throw new Error('CLOGS_BINARY names no server: run the tests by sdk-node/test/run');
    const folder = mkdtempSync(path.join(tmpdir(), 'clogs-node-'));
    const child = spawn(binary, ['serve', '--data-dir', path.join(folder, 'data'),
      '--http', '127.0.0.1:0', '--grpc', '127.0.0.1:0'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const said: string[] = [];
    const lines = createInterface({ input: child.stderr });
    for await (const line of lines) {
      const ready = READY.exec(line);
      if (ready !== null) {
        child.stderr.resume();
        return new RealServer(child, folder, ready[1]!, ready[2]!);
      }
      said.push(line);
    }
    throw new Error(`the server ended: ${said.join('\n')}`);
  }

  /** Rows of an EDN query. */
  async rows(edn: string, options: ClientOptions = {}): Promise<Record<string, unknown>[]> {
    const client = createClient({ endpoint: this.grpc, ...options });
    try {
      return await client.query(edn).toArray();
    } finally {
      await client.close();
    }
  }

  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = once(this.process, 'exit');
      this.process.kill('SIGTERM');
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

let programs = 0;

/** Runs a program of its own process; `said` is called with each line that it prints. */
export async function runProgram(code: string, options: {
  env?: Record<string, string>; args?: string[]; esm?: boolean;
  said?: (line: string, child: ChildProcess) => void;
} = {}): Promise<Ended> {
  const home = process.env['CLOGS_NODE_ROOT']!;
  // Inside the package, so that it finds 'clogs' by its name.
  const file = path.join(home, '.test',
    `program-${String(process.pid)}-${String(programs++)}.${options.esm === true ? 'mjs' : 'cjs'}`);
  writeFileSync(file, code);
  const child = spawn(process.execPath, [file, ...(options.args ?? [])],
    { env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stderr.on('data', (text: Buffer) => (err += text.toString()));
  createInterface({ input: child.stdout }).on('line', (line) => {
    out += `${line}\n`;
    options.said?.(line, child);
  });
  const [exitCode, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  rmSync(file, { force: true });
  return { code: exitCode, signal, out, err };
}
