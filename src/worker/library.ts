/** Answers the page's messages about kept networks. */
import {
  checkedNetwork,
  deleteNetworks,
  keepNetworks,
  listNetworks,
  loadNetwork,
  renameNetwork,
} from '../trainer/library';
import type { Session } from '../trainer/session';
import type { FromWorker, ToWorker } from './protocol';

export type LibraryMessage = Extract<
  ToWorker,
  {
    type:
      | 'keep-network'
      | 'list-networks'
      | 'rename-network'
      | 'delete-networks'
      | 'add-networks'
      | 'kept-networks';
  }
>;

interface Around {
  readonly session: Session | undefined;
  /** Resolves once networks can be built. */
  readonly device: () => Promise<unknown>;
}

async function change(message: LibraryMessage, { session, device }: Around): Promise<void> {
  if (message.type === 'keep-network') {
    if (!session) throw new Error('There is no run whose networks could be kept.');
    await keepNetworks([await session.kept(message.learner, message.name, message.label)]);
  }
  if (message.type === 'rename-network') await renameNetwork(message.key, message.name);
  if (message.type === 'delete-networks') await deleteNetworks(message.keys);
  if (message.type === 'add-networks') {
    await device();
    await keepNetworks(
      message.networks.map((network) => ({ ...network, card: checkedNetwork(network).card })),
    );
  }
}

/** Does what the message asks and returns the answer. */
export async function answerLibrary(message: LibraryMessage, around: Around): Promise<FromWorker> {
  const { request } = message;
  if (message.type === 'kept-networks') {
    await around.device();
    const kept = await Promise.all(message.keys.map(loadNetwork));
    return { type: 'kept-networks', request, networks: kept.map(checkedNetwork) };
  }
  await change(message, around);
  return { type: 'library', request, networks: await listNetworks() };
}
