/** How many bytes of buffers a device holds, whoever made them. */
export interface Tally {
  /** Of all buffers that are not destroyed. */
  bytes: number;
  /** Of the largest buffer so far. */
  largest: number;
}

/** Counts the buffers of `device` from now on, by standing in for its `createBuffer`. */
export function tally(device: GPUDevice): Tally {
  const counted: Tally = { bytes: 0, largest: 0 };
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const { size } = descriptor;
    const destroy = buffer.destroy.bind(buffer);
    let held = size;
    counted.bytes += size;
    counted.largest = Math.max(counted.largest, size);
    buffer.destroy = () => {
      counted.bytes -= held;
      held = 0;
      return destroy();
    };
    return buffer;
  };
  return counted;
}
