/**
 * A small static server for the built page: GET and HEAD below one folder, on this machine only.
 *   node scripts/serve.mjs [--port N]     builds when needed, serves until stopped
 */
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { ensureBuilt } from './build.mjs';
import { isMain } from './root.mjs';

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.png': 'image/png',
  '.wasm': 'application/wasm',
  '.woff2': 'font/woff2',
};

/** The page's own policy, sent as a header as well, so that it also covers the worker. */
function policyOf(dir) {
  const page = join(dir, 'index.html');
  if (!existsSync(page)) return undefined;
  const tag = /<meta[^>]*http-equiv="Content-Security-Policy"[^>]*>/i.exec(readFileSync(page, 'utf8'))?.[0];
  return tag && /content="([^"]*)"/i.exec(tag)?.[1]?.replaceAll('&#39;', "'");
}

/** The script whose headers are the policy of the worker. */
const WORKER = /[\\/]host-[\w-]+\.js$/;

/** The worker compiles WebAssembly where there is no WebGPU; nothing else may. */
const workerPolicy = (policy) => policy.replace("script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'");

/** The file a request asks for, or undefined when there is none or it lies outside `dir`. */
function resolveFile(dir, url) {
  let path;
  try {
    path = decodeURIComponent(new URL(url, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  const file = normalize(join(dir, path.endsWith('/') ? `${path}index.html` : path));
  const inside = file.startsWith(normalize(dir) + sep) && !path.includes('\0');
  return inside && statSync(file, { throwIfNoEntry: false })?.isFile() ? file : undefined;
}

/**
 * Serves `dir` on `port` (0: any free one). `extra(path)` may answer a path with a file outside `dir`.
 * Returns the address, with a slash at its end, and a way to stop.
 */
export async function serve(dir, { port = 0, extra } = {}) {
  const policy = policyOf(dir);
  const headers = {
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
    'Cache-Control': 'no-cache',
    ...(policy ? { 'Content-Security-Policy': policy } : {}),
  };
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return response.writeHead(405, headers).end();
    const file = extra?.(request.url ?? '/') ?? resolveFile(dir, request.url ?? '/');
    if (!file)
      return response.writeHead(404, { ...headers, 'Content-Type': 'text/plain' }).end('Not found\n');
    const type = TYPES[extname(file)] ?? 'application/octet-stream';
    response.writeHead(200, {
      ...headers,
      ...(policy && WORKER.test(file) ? { 'Content-Security-Policy': workerPolicy(policy) } : {}),
      'Content-Type': type,
      'Content-Length': statSync(file).size,
    });
    if (request.method === 'HEAD') return response.end();
    const stream = createReadStream(file);
    stream.on('error', () => response.destroy());
    return stream.pipe(response);
  });
  await new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', done);
  });
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { address: `http://127.0.0.1:${server.address().port}/`, close };
}

if (isMain(import.meta.url)) {
  const at = process.argv.indexOf('--port');
  const { address } = await serve(await ensureBuilt(), { port: at > 0 ? Number(process.argv[at + 1]) : 0 });
  console.log(address);
}
