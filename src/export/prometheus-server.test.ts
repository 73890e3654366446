import { get } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PrometheusServer, type Render } from './prometheus-server.js';

const open: PrometheusServer[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

async function listen(
  render: Render = (format) => `${format}\n`,
  onScrape = (): void => undefined,
): Promise<number> {
  const server = await PrometheusServer.listen({ host: '127.0.0.1', port: 0 }, render, onScrape);
  open.push(server);
  return server.port;
}

interface Answer {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

function ask(port: number, path = '/metrics', headers = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => {
        resolve({ status: response.statusCode, type: response.headers['content-type'], body });
      });
    }).on('error', reject);
  });
}

describe('PrometheusServer', () => {
  it('answers /metrics in the format that was asked for', async () => {
    const port = await listen();
    expect(await ask(port)).toEqual({
      status: 200,
      type: 'text/plain; version=0.0.4; charset=utf-8',
      body: 'text\n',
    });
    const accept = 'application/openmetrics-text; version=1.0.0';
    expect(await ask(port, '/metrics?a=b', { accept })).toMatchObject({ status: 200, body: 'openmetrics\n' });
  });

  it('answers anything else with what it has', async () => {
    const port = await listen();
    expect(await ask(port, '/')).toMatchObject({ status: 200, body: expect.stringContaining('/metrics') });
    expect(await ask(port, '/metricz')).toMatchObject({ status: 404 });
    expect(await ask(port, '/metrics', {}, 'DELETE')).toMatchObject({ status: 405 });
    expect(await ask(port, '/metrics', {}, 'HEAD')).toMatchObject({ status: 200, body: '' });
  });

  it('counts as scrapes what was answered with metrics', async () => {
    let scrapes = 0;
    const port = await listen(undefined, () => scrapes++);
    for (const path of ['/metrics', '/', '/nothing', '/metrics']) await ask(port, path);
    expect(scrapes).toBe(2);
  });

  it('rejects with the code of the system where the port is in use', async () => {
    const port = await listen();
    const second = PrometheusServer.listen(
      { host: '127.0.0.1', port },
      () => '',
      () => undefined,
    );
    await expect(second).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('goes on after requests that are none', async () => {
    const port = await listen();
    await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('\x16\x03\x01\x00\xff\r\n\r\n'));
      socket
        .on('error', () => undefined)
        .on('close', resolve)
        .resume();
    });
    expect(await ask(port)).toMatchObject({ status: 200 });
  });

  it('lets go of whoever holds on when it is closed', async () => {
    const port = await listen();
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const closed = new Promise((resolve) => socket.on('error', () => undefined).once('close', resolve));
    socket.write('GET /metrics HTTP/1.1\r\n');
    for (const server of open.splice(0)) server.close();
    socket.resume();
    await closed;
    await expect(ask(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
