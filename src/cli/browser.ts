/** Opens the built page in a Chromium without a window. */
import type { Browser, Page } from '@playwright/test';
import type { PageOptions } from './arguments';
import { FileShelf } from './files';
import type { RunEvent } from './protocol';

/** What the starting script hands over: the parts that install, build and launch. */
export interface Tools {
  /** Serves the built page; `extra` may answer further addresses with files. */
  serve(extra: (url: string) => string | undefined): Promise<{ address: string; close(): void }>;
  launch(): Promise<Browser>;
  /** Versions for the record, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

export interface OpenPage {
  readonly page: Page;
  readonly shelf: FileShelf;
  readonly browserVersion: string;
  /** Rejects when the page breaks; never resolves. Race it against long waits. */
  readonly broken: Promise<never>;
  onEvent(listener: (event: RunEvent) => void): void;
}

/** Longest wait for the page to come up, in ms. */
const START = 60_000;

function watch(page: Page): Promise<never> {
  const broken = new Promise<never>((_, reject) => {
    page.on('crash', () => reject(new Error('The page crashed; it may have run out of memory.')));
    page.on('pageerror', (error) => reject(new Error(`The page failed: ${error.message}`)));
  });
  broken.catch(() => {});
  return broken;
}

/** Opens the page, hands it to `work`, and closes everything whatever happens. */
export async function withPage<T>(
  tools: Tools,
  options: PageOptions,
  work: (open: OpenPage) => Promise<T>,
): Promise<T> {
  const shelf = new FileShelf();
  const server = await tools.serve(shelf.find);
  const browser = await tools.launch();
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const broken = watch(page);
    let listener: (event: RunEvent) => void = () => {};
    await page.exposeFunction('condenserEvent', (event: RunEvent) => listener(event));
    // A browser that forgets cannot keep measured forms, so runs would differ in rounding from one to the next.
    const query = new URLSearchParams({ automation: '', tuning: 'off', ...options });
    await page.goto(`${server.address}?${query}`);
    const started = page.waitForFunction(() => globalThis.condenser !== undefined, undefined, {
      timeout: START,
    });
    await Promise.race([started, broken]);
    const onEvent = (l: typeof listener) => {
      listener = l;
    };
    return await work({ page, shelf, browserVersion: browser.version(), broken, onEvent });
  } finally {
    await browser.close();
    server.close();
  }
}
