import { useRun } from '../../state/run';
import type { Device } from '../../worker/protocol';
import { Icon, Tooltip } from '../kit';

const BACKENDS: Readonly<Record<Device['backend'], string>> = {
  condenser: 'WebGPU',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'CPU (WebAssembly)',
  cpu: 'CPU (JavaScript)',
};

export const onGpu = (device: Device): boolean =>
  !device.software &&
  (device.backend === 'condenser' || device.backend === 'webgpu' || device.backend === 'webgl');

/** Names what the learning runs on as what it is; amber when it is not a GPU. */
export function DeviceChip() {
  const device = useRun((run) => run.device);
  if (!device)
    return (
      <span className="chip">
        <Icon name="chip" size={14} /> Preparing…
      </span>
    );
  const kind = BACKENDS[device.backend];
  const text = device.software
    ? `${kind} · software adapter`
    : [kind, device.name].filter(Boolean).join(' · ');
  const slow = !onGpu(device);
  const detail = [
    device.name && `Adapter: ${device.name}.`,
    device.software && 'The browser emulates the GPU on the CPU, so training is slow.',
    device.reason,
    slow && 'WebGPU works in current Chrome, Edge, Safari and Firefox on a machine with a GPU.',
  ].filter(Boolean);
  return (
    <Tooltip text={detail.join(' ') || `${kind} is in use.`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the reason must be reachable from the keyboard */}
      <span className={`chip chip-device${slow ? ' chip-amber' : ''}`} tabIndex={0}>
        <Icon name={slow ? 'warn' : 'chip'} size={14} />
        <span className="chip-text">{text}</span>
      </span>
    </Tooltip>
  );
}
