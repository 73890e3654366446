import { describe, expect, it } from 'vitest';
import { StompedeError } from '../shared/errors.js';
import { listeningText, parseListenAddress, parseOtlpUrl, pushEveryMs, refusal } from './endpoints.js';

describe('parseListenAddress', () => {
  it.each([
    [':9464', { host: null, port: 9464 }],
    ['9464', { host: null, port: 9464 }],
    [':0', { host: null, port: 0 }],
    ['127.0.0.1:9464', { host: '127.0.0.1', port: 9464 }],
    ['localhost:1', { host: 'localhost', port: 1 }],
    ['[::1]:9464', { host: '::1', port: 9464 }],
  ])('reads %s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each(['', ':', ':65536', 'localhost', '::1:9464', 'http://localhost:9464', ':94 64', ':-1', 'a b:1'])(
    'refuses %j',
    (text) => {
      expect(() => parseListenAddress(text)).toThrow(StompedeError);
    },
  );
});

describe('parseOtlpUrl', () => {
  it.each([
    ['http://localhost:4318', 'http://localhost:4318/v1/metrics'],
    ['http://localhost:4318/', 'http://localhost:4318/v1/metrics'],
    ['https://collector.example.com/otlp', 'https://collector.example.com/otlp/v1/metrics'],
    ['https://collector.example.com/otlp/', 'https://collector.example.com/otlp/v1/metrics'],
    ['https://collector.example.com/v1/metrics', 'https://collector.example.com/v1/metrics'],
    ['http://localhost:4318/v1/metrics/', 'http://localhost:4318/v1/metrics'],
    ['http://localhost:4318/v1/metrics//?tenant=a', 'http://localhost:4318/v1/metrics?tenant=a'],
    ['http://localhost:4318?tenant=a', 'http://localhost:4318/v1/metrics?tenant=a'],
  ])('makes of %s where metrics go to', (text, url) => {
    expect(parseOtlpUrl(text)).toBe(url);
  });

  it.each(['localhost:4318', 'grpc://localhost:4317', 'collector', ''])('refuses %j', (text) => {
    expect(() => parseOtlpUrl(text)).toThrow(/^--otlp .*is no /);
  });

  it('shows no credentials of what it refuses', () => {
    expect(() => parseOtlpUrl('ftp://user:hunter2@host/?token=abcdef')).toThrow(/^(?!.*(hunter2|abcdef))/);
  });
});

describe('pushEveryMs', () => {
  it.each([
    [undefined, 5000],
    ['1000', 1000],
    ['60000', 60_000],
    ['499', 5000],
    ['3600000', 5000],
    ['soon', 5000],
  ])('of OTEL_METRIC_EXPORT_INTERVAL %j', (value, ms) => {
    expect(pushEveryMs({ OTEL_METRIC_EXPORT_INTERVAL: value })).toBe(ms);
  });
});

describe('refusal', () => {
  it('says what is wrong with an address and what to do, and ends with the exit code of usage', () => {
    const error = refusal({ host: null, port: 9464 }, 'EADDRINUSE');
    expect(error).toMatchObject({
      message: '--prometheus :9464: that port is in use (EADDRINUSE)',
      exitCode: 2,
      hint: expect.stringContaining('port 0'),
    });
  });

  it('keeps the code of an error that it does not know', () => {
    expect(refusal({ host: 'a', port: 1 }, 'EIO').message).toBe('--prometheus a:1: EIO');
  });
});

describe('listeningText', () => {
  it.each([
    [null, 'http://localhost:9464/metrics, until the run has ended, on every address of this machine'],
    ['127.0.0.1', 'http://127.0.0.1:9464/metrics, until the run has ended'],
    ['::1', 'http://[::1]:9464/metrics, until the run has ended'],
  ])('of host %j', (host, text) => {
    expect(listeningText({ host, port: 0 }, 9464)).toBe(`Live metrics: ${text}`);
  });
});
