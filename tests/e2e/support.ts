/** What the tests of the page share. */
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { deflateSync, strToU8 } from 'fflate';

/** A set-up as the fragment of a link. */
export const fragment = (config: object): string =>
  `#c=1.${Buffer.from(deflateSync(strToU8(JSON.stringify(config)))).toString('base64url')}`;

/** The page has its data. */
export const ready = (page: Page) => expect(page.locator('.chip-data')).toBeVisible({ timeout: 30_000 });

/**
 * What axe finds now. The page has no frames, so axe runs in it alone: by default every audit opens a second page to
 * join the frames' results. What passed is not described.
 */
async function audit(page: Page, within?: string) {
  const axe = new AxeBuilder({ page }).setLegacyMode().options({ resultTypes: ['violations'] });
  return (await (within ? axe.include(within) : axe).analyze()).violations;
}

/** Everything that axe finds now, with the first element of each. */
export async function violations(page: Page): Promise<string[]> {
  return (await audit(page)).map((v) => `${v.id}: ${v.nodes[0]?.html}`);
}

/** Serious and critical violations that axe finds now, with the first element of each. @param within a selector. */
export async function serious(page: Page, within?: string): Promise<string[]> {
  return (await audit(page, within))
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes[0]?.html}`);
}

/** How the page's own listener tells the test of a violation of its policy; survives reloads. */
const MARK = 'policy violation:';

/**
 * Every test of the page also proves that nothing in it went against the policy: the page's own events, and what
 * the browser says for its workers. A test that provokes violations empties the list itself.
 */
export const test = base.extend<{ policyViolations: string[] }>({
  policyViolations: [
    async ({ context }, use) => {
      const seen: string[] = [];
      context.on('console', (message) => {
        const text = message.text();
        if (text.startsWith(MARK) || /Content Security Policy|requires 'Trusted/.test(text)) seen.push(text);
      });
      await context.addInitScript((mark) => {
        document.addEventListener('securitypolicyviolation', (event) =>
          console.debug(mark, event.effectiveDirective, event.blockedURI, event.sample),
        );
      }, MARK);
      await use(seen);
      expect(seen).toEqual([]);
    },
    { auto: true },
  ],
});
