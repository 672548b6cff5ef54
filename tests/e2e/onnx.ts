/** ONNX Runtime, one thread, on the processor. */
import * as ort from 'onnxruntime-web';

ort.env.wasm.numThreads = 1;

/** Logits row by row, for pixels `[rows, height, width, channels]`. */
export async function runOnnx(
  file: Uint8Array,
  pixels: Float32Array,
  shape: readonly number[],
): Promise<{ readonly logits: readonly number[]; readonly dims: readonly number[] }> {
  const session = await ort.InferenceSession.create(file);
  const { logits } = await session.run({ pixels: new ort.Tensor('float32', pixels, shape) });
  await session.release();
  if (!logits) throw new Error('The network has no output called logits.');
  return { logits: Array.from(logits.data as Float32Array), dims: logits.dims };
}
