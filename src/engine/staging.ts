import type { Region } from './places';

/** Contents of parts of buffers, one after the other, by an own staging buffer: nothing is cached. Sizes in fours. */
export async function readBackAll(device: GPUDevice, regions: readonly Region[]): Promise<ArrayBuffer> {
  const bytes = regions.reduce((sum, { size }) => sum + size, 0);
  const usage = GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ;
  const staging = device.createBuffer({ label: 'staging', size: bytes, usage });
  const encoder = device.createCommandEncoder();
  let at = 0;
  for (const { buffer, offset, size } of regions) {
    encoder.copyBufferToBuffer(buffer, offset, staging, at, size);
    at += size;
  }
  device.queue.submit([encoder.finish()]);
  try {
    await staging.mapAsync(GPUMapMode.READ);
    return staging.getMappedRange().slice(0);
  } finally {
    staging.destroy();
  }
}

/** Contents of a part of a buffer. Bytes are rounded up to fours. */
export const readBack = (
  device: GPUDevice,
  buffer: GPUBuffer,
  offset: number,
  size: number,
): Promise<ArrayBuffer> => readBackAll(device, [{ buffer, offset, size: Math.ceil(size / 4) * 4 }]);
