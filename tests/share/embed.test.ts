import { expect, it } from 'vitest';
import { ready } from '../../src/share/catalogue';
import { embedAddress, embedPanels, embedSnippet, wholeAddress } from '../../src/share/embed';
import { readLink } from '../../src/share/link';

const AT = 'https://example.org/sub/?backend=cpu#c=1.abc';
const config = { ...ready, name: 'A "b" <c>' };

it.each([
  ['', undefined],
  ['?embed', ['results', 'loss', 'accuracy']],
  ['?embed=', ['results', 'loss', 'accuracy']],
  ['?embed=reliability,loss,loss,constructor,<b>', ['reliability', 'loss']],
])('%s asks for its panels', (query, panels) =>
  expect(embedPanels(new URLSearchParams(query))).toEqual(panels),
);

it('leads to the set-up with its panels, and back to the whole page', () => {
  const embedded = new URL(embedAddress(config, AT, ['loss', 'reliability']));
  expect(embedded.pathname + embedded.search).toBe('/sub/?embed=loss,reliability');
  expect(readLink(embedded.hash)?.config).toEqual(config);
  const whole = new URL(wholeAddress(config, embedded.href));
  expect(whole.pathname + whole.search).toBe('/sub/');
  expect(readLink(whole.hash)?.config).toEqual(config);
});

it('is one frame whatever the name', () => {
  const snippet = embedSnippet(config, AT, ['loss'], config.name);
  expect(snippet).toMatch(/^<iframe [^<>]*title="A &quot;b&quot; &lt;c>"/);
  expect(snippet.match(/<iframe/g)).toHaveLength(1);
});
