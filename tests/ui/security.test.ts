/** What the page's Trusted Types policy lets through. */
import { expect, it } from 'vitest';
import { ownScript, plainText, styleNonce } from '../../src/ui/security';

it.each(['.a{}', '', 'a > b & c'])('%j is no markup', (text) => {
  expect(plainText(text)).toBe(text);
});

it.each(['<b>', '<img src=x onerror=1>', 'a<', '<!-- -->'])('%j is refused', (text) => {
  expect(() => plainText(text)).toThrow(TypeError);
});

it('scripts come from the page itself', () => {
  const page = 'https://a.test/app/index.html';
  expect(ownScript('./assets/host.js', page)).toBe('https://a.test/app/assets/host.js');
  for (const text of [
    'https://b.test/x.js',
    '//b.test/x.js',
    'data:text/javascript,1',
    'blob:https://b.test/1',
  ])
    expect(() => ownScript(text, page), text).toThrow(TypeError);
});

it('the nonce is 128 random bits', () => {
  expect(styleNonce).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(styleNonce).size).toBeGreaterThan(4);
});
