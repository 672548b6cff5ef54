/** Keeps the host from running away from the device, and lets messages through between steps. */
import { gpu } from './gpu';

const inFlight: Promise<undefined>[] = [];
const SLICE = 8;
let sliceStart = 0;

/** Lets waiting messages be handled; a MessageChannel, because timers are slowed down in hidden tabs. */
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}

/** Waits until at most `ahead` submitted steps are unfinished; gives way to messages every few milliseconds. */
export async function settle(ahead: number): Promise<void> {
  const device = gpu();
  if (device) {
    inFlight.push(device.device.queue.onSubmittedWorkDone());
    while (inFlight.length > ahead) await inFlight.shift();
  }
  const now = performance.now();
  if (now - sliceStart < SLICE) return;
  await breathe();
  sliceStart = performance.now();
}
