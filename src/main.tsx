/** Mounts the page: set-up from the link, worker, interface. */
import { createRoot } from 'react-dom/client';
import { embedPanels } from './share/embed';
import { readLink } from './share/link';
import { keepFinishedRuns } from './state/history';
import { experimentName } from './state/naming';
import { keepOffline } from './state/offline';
import { guardRuns } from './state/recovery';
import { followRegimes } from './state/regimes';
import { followAddress } from './state/route';
import { connect } from './state/session';
import { useSetup } from './state/setup';
import { App } from './ui/App';
import { ErrorBoundary } from './ui/ErrorBoundary';
import { EmbedApp } from './ui/embed/EmbedApp';
import { cardOf } from './ui/hooks';
import { applyScheme, Provider } from './ui/kit';
import { prefetchParts } from './ui/prefetch';
import { secure } from './ui/security';
import './ui/styles/index.css';
import type { BootOptions } from './worker/protocol';

const BACKENDS = ['condenser', 'webgpu', 'webgl', 'wasm', 'cpu'] as const;

const VARIANTS = ['direct', 'tiled', 'subgroup', 'half'] as const;

/** Boot options of tests and measurements, from the page's query; unknown values are ignored. */
function bootOptions(query: URLSearchParams): BootOptions {
  const backend = BACKENDS.find((name) => name === query.get('backend'));
  const executor = (['eager', 'replay'] as const).find((name) => name === query.get('executor'));
  const variant = VARIANTS.find((name) => name === query.get('variant'));
  const tuning = (['on', 'off'] as const).find((name) => name === query.get('tuning'));
  const batching = (['auto', 'on', 'off'] as const).find((name) => name === query.get('batching'));
  return {
    ...(batching ? { batching } : {}),
    ...(backend ? { backend } : {}),
    ...(executor ? { executor } : {}),
    ...(variant ? { variant } : {}),
    ...(tuning ? { tuning } : {}),
    ...(query.get('half') === 'on' ? { half: true } : {}),
    ...(query.has('save') ? { saveEvery: Number(query.get('save')) || 0 } : {}),
  };
}

function openLink(): void {
  const found = readLink(location.hash);
  if (found) useSetup.setState(found);
  followAddress();
}

secure();
applyScheme();
const query = new URLSearchParams(location.search);
openLink();
addEventListener('hashchange', openLink);
connect(bootOptions(query));
guardRuns();
followRegimes();
keepFinishedRuns((config) => experimentName(config, cardOf));
if (query.has('automation')) void import('./cli/automation').then((part) => part.installAutomation());

const embed = embedPanels(query);
const root = document.getElementById('root');
if (!root) throw new Error('The page has no #root element.');
createRoot(root).render(
  <ErrorBoundary part="The page">
    <Provider>{embed ? <EmbedApp panels={embed} /> : <App />}</Provider>
  </ErrorBoundary>,
);
prefetchParts();
// Not in frames of others, in automation, or in development, where files change all the time.
if (import.meta.env.PROD && !embed && !query.has('automation')) void keepOffline();
