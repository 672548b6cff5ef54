/** TensorFlow.js core with its flags, then the gradients of its ops. The order matters: flags are read at once. */
import '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
