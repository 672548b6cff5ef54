import { expect } from '@playwright/test';
import { deflateSync, strToU8 } from 'fflate';
import { test } from './support';

const textOf = (json: string): string => `1.${Buffer.from(deflateSync(strToU8(json))).toString('base64url')}`;

const MARKUP = '<img src=x onerror=window.__pwned=1>';

/** Fragments that must open the page as if nothing, or nearly nothing, had been asked for. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['broken percent escape', '#%E0%A4%A'],
  ['markup as fragment', '#<svg onload=window.__pwned=1>'],
  ['not base64', '#c=@@@@'],
  ['one megabyte', `#c=1.${'A'.repeat(2 ** 20)}`],
  ['64 MB when inflated', `#c=${textOf(`{"version":1,"name":"${'A'.repeat(2 ** 26)}"}`)}`],
  [
    'prototype keys',
    `#c=${textOf('{"version":1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')}`,
  ],
  [
    'markup in names',
    `#c=${textOf(JSON.stringify({ version: 1, name: MARKUP, students: [{ key: MARKUP, method: { id: MARKUP } }] }))}`,
  ],
  [
    'own data with markup',
    `#c=${textOf(JSON.stringify({ version: 1, dataset: { source: 'own', name: MARKUP, fingerprint: 'ab12cd34ef' } }))}`,
  ],
  ['remote data', `#c=${textOf('{"version":1,"dataset":{"id":"http://127.0.0.1:9/evil.zip"}}')}`],
  ['newer version', `#c=${textOf('{"version":999}')}`],
];

for (const [name, fragment] of HOSTILE)
  test(`hostile link: ${name}`, async ({ page, baseURL }) => {
    const foreign: string[] = [];
    const dialogs: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(baseURL!))
        foreign.push(request.url());
    });
    page.on('dialog', (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`./${fragment}`);
    await expect(page.getByRole('button', { name: /^Start/ }).first()).toBeVisible({ timeout: 10_000 });
    const state = await page.evaluate(() => ({
      pwned: '__pwned' in globalThis,
      polluted: 'polluted' in {},
    }));
    expect(state).toEqual({ pwned: false, polluted: false });
    expect({ foreign, dialogs, errors }).toEqual({ foreign: [], dialogs: [], errors: [] });
  });
