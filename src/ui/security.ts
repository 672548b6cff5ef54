/**
 * What the page needs under its own policy: `vite.config.ts` writes script, connection and Trusted Types rules into
 * the page; the rule for styles is added here, with a nonce that is new on every load.
 */

/** The part of Trusted Types used here; TypeScript's own library does not know them yet. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createHTML(text: string): string; createScriptURL(text: string): string },
  ): unknown;
}

/** Text without `<` holds no element: style sheets pass, markup does not. */
export function plainText(text: string): string {
  if (text.includes('<')) throw new TypeError('This page sets no markup from text.');
  return text;
}

/** Scripts and workers come from the page's own place. */
export function ownScript(text: string, page = location.href): string {
  const url = new URL(text, page);
  if (url.origin !== new URL(page).origin) throw new TypeError('This page loads no script from elsewhere.');
  return url.href;
}

const NONCE_BYTES = 16;
export const styleNonce = Array.from(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)), (byte) =>
  byte.toString(16).padStart(2, '0'),
).join('');

/** Call once, before anything is drawn. */
export function secure(): void {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy('default', {
    createHTML: plainText,
    createScriptURL: (text) => ownScript(text),
  });
  // Read by get-nonce, which the scroll lock of dialogs asks.
  Object.assign(globalThis, { __webpack_nonce__: styleNonce });
  const rule = document.createElement('meta');
  rule.httpEquiv = 'Content-Security-Policy';
  rule.content = `style-src-elem 'self' 'nonce-${styleNonce}'; style-src-attr 'none'`;
  document.head.append(rule);
}
