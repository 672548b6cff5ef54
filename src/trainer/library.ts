/** Trained networks kept in this browser (IndexedDB): weights, the model they fit, and what they were trained on. */
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { notNewer } from '../core/newer';
import type { KeptNetwork, NetworkCard, NetworkForFile } from '../worker/protocol';
import { Network } from './network';

interface Library extends DBSchema {
  networks: { key: string; value: KeptNetwork };
}

/** How version 1 kept its only networks, the teachers. */
interface OldTeacher {
  readonly card: Pick<
    NetworkCard,
    'key' | 'name' | 'created' | 'classNames' | 'model' | 'parameters' | 'image'
  > & {
    readonly fingerprint: string;
    readonly accuracy: number;
  };
  readonly weights: KeptNetwork['weights'];
}

/** A teacher of version 1 as it is kept now; how its images were standardised was not written down. */
export function fromVersion1({ card, weights }: OldTeacher): KeptNetwork {
  const { fingerprint, accuracy, ...rest } = card;
  return {
    card: {
      ...rest,
      label: 'Teacher',
      dataset: { name: '', fingerprint },
      metrics: { accuracy },
      mean: [],
      std: [],
    },
    weights,
  };
}

let database: Promise<IDBPDatabase<Library>> | undefined;

function open(): Promise<IDBPDatabase<Library>> {
  const opening = () =>
    openDB<Library>('condenser', 2, {
      async upgrade(db, old, _, transaction) {
        const networks = db.createObjectStore('networks', { keyPath: 'card.key' });
        if (old !== 1) return;
        // The types know the present stores only.
        const teachers = transaction.objectStore('teachers' as 'networks');
        for (const teacher of await teachers.getAll()) await networks.put(fromVersion1(teacher as never));
        db.deleteObjectStore('teachers' as 'networks');
      },
    });
  database ??= notNewer(opening(), 'networks');
  // A refusal (private mode, full disk) is not remembered: the next attempt may succeed.
  database.catch(() => {
    database = undefined;
  });
  return database;
}

/** All or none. */
export async function keepNetworks(networks: readonly KeptNetwork[]): Promise<void> {
  const transaction = (await open()).transaction('networks', 'readwrite');
  await Promise.all([...networks.map((network) => transaction.store.put(network)), transaction.done]);
}

/** Newest first. */
export async function listNetworks(): Promise<NetworkCard[]> {
  const all = await (await open()).getAll('networks');
  return all.map(({ card }) => card).sort((a, b) => b.created - a.created);
}

/** Throws when there is no such network in this browser. */
export async function loadNetwork(key: string): Promise<KeptNetwork> {
  const found = await (await open()).get('networks', key);
  if (!found)
    throw new Error(
      'A kept network of this set-up is not in this browser. Choose another one, or have it trained.',
    );
  return found;
}

export async function renameNetwork(key: string, name: string): Promise<void> {
  const found = await loadNetwork(key);
  await keepNetworks([{ ...found, card: { ...found.card, name } }]);
}

export async function deleteNetworks(keys: readonly string[]): Promise<void> {
  const transaction = (await open()).transaction('networks', 'readwrite');
  await Promise.all([...keys.map((key) => transaction.store.delete(key)), transaction.done]);
}

/**
 * Builds the network of a card and fills it, as a run would. Returns its parts as files hold them, and the card
 * with the number of parameters counted. Throws, naming the network, when its model is unknown or does not fit.
 */
export function checkedNetwork({ card, weights }: KeptNetwork): NetworkForFile {
  const { name, model, image, classNames } = card;
  let network: Network | undefined;
  try {
    network = new Network(model, { image, classes: classNames.length }, 1, 'kept');
    network.load(weights);
    const tensors = network.build
      .entries()
      .map(([key, { shape }]) => ({ name: key, shape, data: weights[key]! }));
    return { card: { ...card, parameters: network.parameters }, tensors };
  } catch (error) {
    throw new Error(`“${name}” cannot be used: ${error instanceof Error ? error.message : error}`);
  } finally {
    network?.dispose();
  }
}
