import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { newFolder } from './folders.js';
import { ensureInstalled } from './packages.js';
import { freePorts, listening } from './ports.js';
import { undoLater } from './undo.js';
import { until } from './until.js';

const BIN = '/usr/sbin/nginx';
const START_TIMEOUT_MS = 20_000;

/** An nginx of our own in front of a target: one worker, with its own folder and port. */
export interface Nginx {
  /** The target's URL, through it. */
  readonly url: string;
  readonly errorLog: () => string;
}

export interface NginxOptions {
  /** Of either side: each connection that is passed on takes two. */
  readonly workerConnections?: number;
  /** How long a target may send nothing. */
  readonly proxyReadTimeoutSec?: number;
}

/** Starts it in front of `target`, a ws:// URL, and stops it at the end of the test file. */
export async function startNginx(
  target: string,
  { workerConnections = 10_000, proxyReadTimeoutSec = 3600 }: NginxOptions = {},
): Promise<Nginx> {
  ensureInstalled(BIN, 'nginx-light');
  const { host, pathname } = new URL(target);
  const [port = 0] = await freePorts(1);
  const folder = newFolder();
  mkdirSync(path.join(folder, 'temp'));
  const errorLog = path.join(folder, 'error.log');
  const configuration = path.join(folder, 'nginx.conf');
  writeFileSync(
    configuration,
    `daemon off;
pid nginx.pid;
worker_processes 1;
worker_rlimit_nofile 20000;
error_log ${errorLog} warn;
events { worker_connections ${workerConnections}; }
http {
  access_log off;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://${host};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
      proxy_read_timeout ${proxyReadTimeoutSec}s;
    }
  }
}
`,
  );
  const child = spawn(BIN, ['-p', folder, '-c', configuration, '-e', errorLog], { stdio: 'ignore' });
  let ended = false;
  child.on('error', () => undefined);
  child.once('close', () => (ended = true));
  // SIGTERM: it ends its worker too, and doesn't wait for connections.
  undoLater(async () => {
    child.kill('SIGTERM');
    await until(() => ended, 'the end of nginx');
  });
  const log = (): string => readFileSync(errorLog, 'utf8');
  await listening(port, START_TIMEOUT_MS).catch((error: unknown) => {
    throw new Error(`nginx did not start: ${String(error)}\n${log()}`);
  });
  return { url: `ws://127.0.0.1:${port}${pathname}`, errorLog: log };
}
