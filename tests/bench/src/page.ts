/**
 * Runs the benchmark by itself: every engine in a worker of its own, rounds taken in turn so that noise hits all
 * alike. The result stands in the document and on the console, and is posted to `?post=<address>` if given.
 *
 * Query: nets, engines (lists), rounds, target (ms per round), budget (minutes), quick, product (its parts, or no),
 * profile=<nets>.
 */
import { Engine, Measuring, SLOW } from './engines';
import { NETS, netOf } from './nets';
import { ENGINES, profileText, ratiosOf, textOf } from './report';
import type { Measured, NetResult, Product, Results } from './types';

declare global {
  /** Where the result stands for whoever drives this page. */
  var benchResult: Results | undefined;
  var benchError: string | undefined;
  /** Called after every net, when the driver wants to keep what is there. */
  var benchSave: ((results: Results) => Promise<void>) | undefined;
}

const query = new URLSearchParams(location.search);
const list = (name: string, all: readonly string[]): string[] =>
  query.get(name)?.split(',').filter(Boolean) ?? [...all];
const quick = query.has('quick');
const settings = {
  nets: list('nets', Object.keys(NETS)),
  engines: list('engines', Object.keys(ENGINES)),
  rounds: Number(query.get('rounds') ?? (quick ? 2 : 5)),
  target: Number(query.get('target') ?? (quick ? 200 : 600)),
  losses: quick ? 2 : 4,
};
const deadline = performance.now() + 60_000 * Number(query.get('budget') ?? 12);
/** The end of the time that the running net has. */
let netDeadline = deadline;

/** Shares of the time left: what a net leaves over goes to the next ones. */
function giveTime(net: string, after: readonly string[]): void {
  const share = (name: string) => netOf(name).share;
  const all = [net, ...after].reduce((sum, name) => sum + share(name), 0);
  const now = performance.now();
  netDeadline = now + (Math.max(0, deadline - now) * share(net)) / all;
}

const MOST_STEPS = 200;

const show = (id: string, text: string): void => {
  const element = document.getElementById(id);
  if (element) element.textContent = text;
};

function say(text: string): void {
  show('state', text);
  console.log(`bench: ${text}`);
}

async function describeAdapter(): Promise<string> {
  const adapter = await navigator.gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return 'no WebGPU adapter';
  const { vendor, architecture, device, description } = adapter.info;
  return [vendor, architecture, device, description].filter(Boolean).join(' ') || 'unnamed adapter';
}

/** First step, losses and a trial of every engine; those that fail stay in the result with their message. */
async function startAll(net: string): Promise<Map<string, Measuring>> {
  const running = new Map<string, Measuring>();
  const weights = await Engine.once('weights', net);
  for (const id of settings.engines) {
    const late = performance.now() > netDeadline;
    say(`${net}: ${late ? 'no time left for' : 'starting'} ${id}`);
    const measuring = new Measuring(id);
    running.set(id, measuring);
    if (late) measuring.skip('The time budget was used up.');
    else await measuring.start(net, weights, settings.losses);
  }
  return running;
}

async function measureNet(net: string): Promise<NetResult> {
  const engines = await startAll(net);
  for (let round = 0; round < settings.rounds; round++) {
    say(`${net}: round ${round + 1} of ${settings.rounds}`);
    for (const measuring of engines.values()) {
      // Engines whose step is slow have had a round at their start; more of them come where time is left.
      const slow = measuring.stepMs > SLOW;
      const ends = performance.now() + (slow ? measuring.stepMs : settings.target);
      if (ends > netDeadline || (slow && round < settings.rounds - 1)) continue;
      const steps = Math.round(settings.target / Math.max(0.1, measuring.stepMs));
      await measuring.round(Math.max(1, Math.min(MOST_STEPS, steps)));
    }
  }
  const results: Record<string, Measured> = {};
  for (const [id, measuring] of engines) results[id] = await measuring.finish();
  return { batch: netOf(net).batch, engines: results };
}

/** Whole runs, each in a worker of its own. What fails is left out, and said. */
async function measureProduct(): Promise<Product> {
  const wanted = list('product', quick ? ['memory', 'growth'] : ['memory', 'growth', 'accuracy']);
  const attempt = async (name: string, work: () => Promise<object>) => {
    if (!wanted.includes(name)) return {};
    say(`the product: ${name}`);
    try {
      return { [name]: await work() };
    } catch (error) {
      console.log(`bench: ${name} failed: ${error instanceof Error ? error.message : error}`);
      return {};
    }
  };
  return {
    ...(await attempt('memory', () => Engine.once('memory', null))),
    ...(await attempt('growth', () => Engine.once('growth', quick))),
    ...(await attempt('accuracy', () => Engine.once('accuracy', null))),
  };
}

async function main(): Promise<void> {
  const profiled = query.get('profile');
  if (profiled) {
    for (const net of profiled.split(',')) {
      say(`profiling ${net}`);
      const text = profileText(await Engine.once('profile', net));
      show('table', text);
      console.log(`bench-profile: ${net}\n${text}`);
    }
    say('done');
    return;
  }
  const nets: Record<string, NetResult> = {};
  const adapter = await describeAdapter();
  const browser = /Chrom\w*\/[\d.]+/.exec(navigator.userAgent)?.[0] ?? navigator.userAgent;
  const base = { date: new Date().toISOString(), adapter, browser, cores: navigator.hardwareConcurrency };
  let results: Results = { ...base, nets, ratios: {} };
  const product = await measureProduct();
  results = { ...results, product };
  await globalThis.benchSave?.(results);
  for (const [i, net] of settings.nets.entries()) {
    giveTime(net, settings.nets.slice(i + 1));
    nets[net] = await measureNet(net);
    results = { ...results, nets, ratios: ratiosOf(nets) };
    show('table', textOf(results));
    await globalThis.benchSave?.(results);
  }
  globalThis.benchResult = results;
  const json = JSON.stringify(results);
  show('result', json);
  console.log(`bench-result: ${json}`);
  const post = query.get('post');
  if (post) await fetch(post, { method: 'POST', body: json });
  say('done');
}

main().catch((error: unknown) => {
  globalThis.benchError = error instanceof Error ? error.message : String(error);
  say(`failed: ${globalThis.benchError}`);
});
