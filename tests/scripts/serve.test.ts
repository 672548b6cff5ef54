import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { serve } from '../../scripts/serve.mjs';

const policy = "default-src 'self'; script-src 'self'; object-src 'none'";
let dir: string;
let server: Awaited<ReturnType<typeof serve>>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'condenser-serve-'));
  mkdirSync(join(dir, 'dist/assets'), { recursive: true });
  writeFileSync(join(dir, 'secret.txt'), 'secret');
  writeFileSync(join(dir, 'dist-secret.txt'), 'secret');
  writeFileSync(
    join(dir, 'dist/index.html'),
    `<meta http-equiv="Content-Security-Policy" content="${policy}"><p>page</p>`,
  );
  for (const name of ['a', 'host-Ab_1-c']) writeFileSync(join(dir, `dist/assets/${name}.js`), 'export {};');
  server = await serve(join(dir, 'dist'), {
    extra: (url) => (url === '/extra' ? join(dir, 'secret.txt') : undefined),
  });
});
afterAll(() => {
  server.close();
  rmSync(dir, { recursive: true });
});

/** Sends the path as it is; fetch would tidy it. */
function raw(path: string, method = 'GET'): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    request(new URL(server.address), { path, method }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => done({ status: response.statusCode ?? 0, body }));
    })
      .on('error', fail)
      .end();
  });
}

describe('static server', () => {
  test('serves the page with its policy and isolation headers', async () => {
    const response = await fetch(server.address);
    expect(await response.text()).toContain('<p>page</p>');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
    });
    expect((await fetch(`${server.address}assets/a.js`)).headers.get('content-type')).toMatch(
      /^text\/javascript/,
    );
  });

  test('lets the worker compile WebAssembly, and nothing else', async () => {
    const policyOf = async (name: string) =>
      (await fetch(`${server.address}assets/${name}.js`)).headers.get('content-security-policy');
    expect(await policyOf('a')).toBe(policy);
    expect(await policyOf('host-Ab_1-c')).toBe(
      "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; object-src 'none'",
    );
  });

  test.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/../../secret.txt',
    '/../dist-secret.txt',
    '/%00',
    '/%E0%A4%A',
    '/assets',
    '/nothing',
  ])('%s is not found', async (path) => {
    const { status, body } = await raw(path);
    expect(status).toBe(404);
    expect(body).not.toContain('secret');
  });

  test('only reads', async () => {
    expect((await raw('/', 'POST')).status).toBe(405);
    expect(await raw('/', 'HEAD')).toEqual({ status: 200, body: '' });
  });

  test('extra files have their own addresses', async () => {
    expect(await raw('/extra')).toEqual({ status: 200, body: 'secret' });
  });
});
