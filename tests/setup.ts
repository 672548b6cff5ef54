/** TensorFlow.js with gradients on its plain CPU backend, once per test file. Core comes first: it sets flags. */
import { env, ready, setBackend } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-cpu';

// Keeps the core quiet about its native Node backend.
env().set('IS_TEST', true);
await setBackend('cpu');
await ready();
