/**
 * Finds the best backend the browser has and makes it TensorFlow.js's: WebGPU with our own kernels, else WebGL on
 * a real GPU, else Wasm, else plain JavaScript. Each is named as what it is.
 */
import './setup';
import * as tf from '@tensorflow/tfjs-core';
import { startTuning } from './forms';
import { Gpu, setGpu } from './gpu';
import { fixGradients } from './gradients';
import { registerKernels } from './kernels/register';
import { chooseVariant, setFacts, setHalfPrecision, type Variant } from './variants';

export type BackendName = 'condenser' | 'webgpu' | 'webgl' | 'wasm' | 'cpu';

export interface Booted {
  readonly backend: BackendName;
  readonly name: string;
  readonly software: boolean;
  readonly reason: string;
  readonly features: readonly string[];
  readonly limits: Readonly<Record<string, number>>;
}

/** How forms of kernels are chosen. */
export interface FormOptions {
  /** Forces a form on all kernels that have it. */
  readonly variant?: Variant;
  /** Whether forms are measured and the faster one is kept. Default: on, but off on software adapters. */
  readonly tuning?: 'on' | 'off';
  /** Products in half precision where the device has 16 bit floats. */
  readonly half?: boolean;
}

export interface BootHandlers {
  /** The device is gone; nothing on it can be trusted any more. */
  lost(message: string): void;
  /** WebGPU refused something and went on silently: results may be stale. */
  uncaptured(message: string): void;
}

const SHOWN_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxComputeInvocationsPerWorkgroup',
] as const;
const WANTED_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeInvocationsPerWorkgroup',
] as const;
const WANTED_FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'shader-f16', 'subgroups'];
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/** Decides how forms of kernels are chosen on this device. */
async function chooseForms(
  info: GPUAdapterInfo,
  name: string,
  software: boolean,
  features: readonly GPUFeatureName[],
  { variant, tuning, half = false }: FormOptions,
): Promise<void> {
  const subgroup = features.includes('subgroups') ? info.subgroupMaxSize : undefined;
  setFacts({ software, subgroup, f16: features.includes('shader-f16') });
  chooseVariant(variant);
  setHalfPrecision(half);
  await startTuning(variant === undefined && (tuning ?? (software ? 'off' : 'on')) === 'on', name);
}

async function bootWebGpu(stock: boolean, handlers: BootHandlers, options: FormOptions): Promise<Booted> {
  if (!('gpu' in navigator)) throw new Error('This browser has no WebGPU.');
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('This browser has WebGPU, but no graphics adapter it may use.');
  const requiredLimits = Object.fromEntries(WANTED_LIMITS.map((key) => [key, adapter.limits[key]]));
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature));
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures });
  void device.lost.then(({ message, reason }) => handlers.lost(message || reason));
  device.addEventListener('uncapturederror', (event) => handlers.uncaptured(event.error.message));
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const { info } = adapter;
  const text = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(' ');
  const software = info.isFallbackAdapter === true || SOFTWARE.test(text);
  const backend = new WebGPUBackend(device, info);
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  const name: BackendName = stock ? 'webgpu' : 'condenser';
  if (tf.findBackendFactory(name)) tf.removeBackend(name);
  tf.registerBackend(name, () => backend, 10);
  if (!stock) {
    tf.copyRegisteredKernels('webgpu', name);
    const device = new Gpu(backend);
    device.selfTest();
    setGpu(device);
    await chooseForms(info, text, software, requiredFeatures, options);
    registerKernels(device);
  }
  await tf.setBackend(name);
  return {
    backend: name,
    name: text,
    software,
    reason: '',
    features: [...device.features].sort(),
    limits: Object.fromEntries(SHOWN_LIMITS.map((key) => [key, device.limits[key]])),
  };
}

/** Name of the WebGL renderer; undefined when there is none. */
function webglRenderer(): string | undefined {
  if (typeof OffscreenCanvas === 'undefined') return undefined;
  const gl = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (!gl) return undefined;
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
}

async function bootPlain(name: 'webgl' | 'wasm' | 'cpu', reason: string): Promise<Booted> {
  let shown = name as string;
  if (name === 'webgl') {
    const renderer = webglRenderer();
    if (!renderer) throw new Error('This browser has no WebGL 2.');
    shown = renderer;
    await import('@tensorflow/tfjs-backend-webgl');
  } else if (name === 'wasm') {
    const { bootWasm } = await import('./wasm');
    await bootWasm();
  } else await import('@tensorflow/tfjs-backend-cpu');
  if (!(await tf.setBackend(name))) throw new Error(`The ${name} backend did not start.`);
  setGpu(undefined);
  const software = name !== 'webgl' || SOFTWARE.test(shown);
  return { backend: name, name: shown, software, reason, features: [], limits: {} };
}

const message = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Starts `wanted`, or the best there is. `reason` of the result says why nothing better was used. */
export async function boot(
  wanted: BackendName | undefined,
  handlers: BootHandlers,
  options: FormOptions = {},
): Promise<Booted> {
  fixGradients();
  if (wanted === 'condenser' || wanted === 'webgpu')
    return bootWebGpu(wanted === 'webgpu', handlers, options);
  if (wanted) return bootPlain(wanted, 'Chosen by the address of this page.');
  try {
    return await bootWebGpu(false, handlers, options);
  } catch (error) {
    const reason = message(error);
    const renderer = webglRenderer();
    const order =
      renderer && !SOFTWARE.test(renderer) ? (['webgl', 'wasm', 'cpu'] as const) : (['wasm', 'cpu'] as const);
    for (const name of order) {
      try {
        return await bootPlain(name, reason);
      } catch {
        // The next one is tried; cpu always starts.
      }
    }
    throw new Error(`No backend could be started: ${reason}`);
  }
}
