/** The networks that are kept in this browser, as the page knows them. */
import { create } from 'zustand';
import type { Request, WorkerClient } from '../worker/client';
import type { NetworkCard } from '../worker/protocol';

export interface LibraryState {
  /** Newest first; undefined until they were read. */
  readonly networks: readonly NetworkCard[] | undefined;
  /** What the last request did, or why it failed. */
  readonly notice: { readonly text: string; readonly failed: boolean } | undefined;
}

export const useLibrary = create<LibraryState>()(() => ({ networks: undefined, notice: undefined }));

type Asked = Extract<
  Request,
  { type: 'keep-network' | 'list-networks' | 'rename-network' | 'delete-networks' | 'add-networks' }
>;

/** Sends a request about the library and takes over what it holds afterwards. */
export async function askLibrary(client: WorkerClient, request: Asked, done = ''): Promise<void> {
  const { reply } = client.request(request);
  const answer = await reply;
  if (answer.type === 'library')
    useLibrary.setState({
      networks: answer.networks,
      notice: done ? { text: done, failed: false } : undefined,
    });
  else if (answer.type === 'error') useLibrary.setState({ notice: { text: answer.message, failed: true } });
}
