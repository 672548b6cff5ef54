/** The private parts of tfjs-backend-webgpu 4.22.0 that `gpu.ts`, and it alone, relies on. */
import type { TensorInfo } from '@tensorflow/tfjs-core';

export type DataId = TensorInfo['dataId'];

interface TensorData {
  values: unknown;
  dtype: string;
  shape: number[];
  refCount: number;
  resource?: GPUBuffer | null;
  external?: boolean;
}

export interface Internals {
  bufferManager: unknown;
  pipelineCache: Record<string, unknown>;
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  commandQueueOwnedIds: { add(id: object): unknown; has(id: object): boolean };
  dispatchCountInPass: number;
  tensorDataPendingDisposal: DataId[];
  uniformPendingDisposal: GPUBuffer[];
  stagingPendingDisposal: GPUBuffer[];
  tensorMap: { get(id: DataId): TensorData; has(id: DataId): boolean };
  tensorToBinding(tensor?: TensorInfo): GPUBindingResource | null;
  releaseResource(id: DataId): void;
  submitQueue(): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  read(id: DataId): Promise<unknown>;
}

const FIELDS = [
  'commandQueueOwnedIds',
  'tensorDataPendingDisposal',
  'uniformPendingDisposal',
  'tensorMap',
] as const;

/** Throws when a backend has not the fields described here. */
export function checkInternals(backend: object): void {
  const missing = FIELDS.filter((field) => !(field in backend));
  if (missing.length || typeof (backend as Partial<Internals>).submitQueue !== 'function')
    throw new Error(
      `tfjs-backend-webgpu is not the version this engine was written for: ${missing.join(', ')}.`,
    );
}
