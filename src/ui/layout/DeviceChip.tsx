import { useState } from 'react';
import { bytes, count, short } from '../../core/format';
import { useRun } from '../../state/run';
import type { Device } from '../../worker/protocol';
import { Icon, Modal } from '../kit';

const BACKENDS: Readonly<Record<Device['backend'], string>> = {
  condenser: 'WebGPU',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'CPU (WebAssembly)',
  cpu: 'CPU (JavaScript)',
};
export const ADVICE = 'https://developer.mozilla.org/docs/Web/API/WebGPU_API#browser_compatibility';

export const kindOf = (device: Device): string => BACKENDS[device.backend];
export const onGpu = (device: Device): boolean =>
  !device.software && device.backend !== 'wasm' && device.backend !== 'cpu';

/** A GPU interface served by the CPU; WebAssembly and JavaScript do not claim to be a GPU. */
const isEmulated = (device: Device): boolean =>
  device.software && device.backend !== 'wasm' && device.backend !== 'cpu';

function limitText(name: string, value: number): string {
  return /size|bytes|storage/i.test(name) && value > 10_000 ? bytes(value) : count(value);
}

function Details({ device }: { device: Device }) {
  const limits = Object.entries(device.limits);
  return (
    <div className="stack">
      {isEmulated(device) && <p>The browser emulates the GPU on the CPU, so training is slow.</p>}
      {device.reason && <p>{device.reason}</p>}
      {!onGpu(device) && (
        <p>
          <a href={ADVICE} target="_blank" rel="noreferrer">
            Which browsers offer WebGPU
          </a>
        </p>
      )}
      <dl className="facts">
        <dt>Runs on</dt>
        <dd>{kindOf(device)}</dd>
        <dt>Adapter</dt>
        <dd>{device.name || 'not named by the browser'}</dd>
        {device.features.length > 0 && (
          <>
            <dt>Features</dt>
            <dd>{device.features.join(', ')}</dd>
          </>
        )}
        {device.kernels && (
          <>
            <dt>Kernel forms</dt>
            <dd>{device.kernels}</dd>
          </>
        )}
        {limits.map(([name, value]) => (
          <Limit key={name} name={name} value={value} />
        ))}
        <Batching />
      </dl>
    </div>
  );
}

/** Whether students of one form run in shared GPU commands, once the run has found out. */
function Batching() {
  const batching = useRun((run) => run.progress?.batching);
  if (!batching) return null;
  const { way, lanes, commands, milliseconds } = batching;
  const [used, other] =
    way === 'together' ? (['together', 'separate'] as const) : (['separate', 'together'] as const);
  const time =
    milliseconds && `${short(milliseconds[used])} ms per step instead of ${short(milliseconds[other])}`;
  return (
    <>
      <dt>Students</dt>
      <dd>
        {lanes} {way === 'together' ? 'in shared GPU commands' : 'in GPU commands of their own'}:{' '}
        {[`${count(commands[used])} commands instead of ${count(commands[other])}`, time]
          .filter(Boolean)
          .join(', ')}
      </dd>
    </>
  );
}

function Limit({ name, value }: { name: string; value: number }) {
  return (
    <>
      <dt>{name}</dt>
      <dd className="number">{limitText(name, value)}</dd>
    </>
  );
}

/** Names what the learning runs on as what it is; amber when it is not a GPU. Opens the details. */
export function DeviceChip() {
  const device = useRun((run) => run.device);
  const [open, setOpen] = useState(false);
  if (!device)
    return (
      <span className="chip">
        <Icon name="chip" size={14} /> Preparing…
      </span>
    );
  const slow = !onGpu(device);
  const emulated = isEmulated(device);
  const text = emulated
    ? `${kindOf(device)} · software adapter`
    : [kindOf(device), onGpu(device) ? device.name : ''].filter(Boolean).join(' · ');
  return (
    <>
      <button
        type="button"
        className={`chip chip-device${slow ? ' chip-amber' : ''}`}
        title="What the learning runs on"
        aria-label={`Runs on ${text}`}
        onClick={() => setOpen(true)}
      >
        <Icon name={slow ? 'warn' : 'chip'} size={14} />
        <span className="chip-text">{text}</span>
      </button>
      <Modal open={open} onClose={() => setOpen(false)} title="Device" size={560}>
        <Details device={device} />
      </Modal>
    </>
  );
}
