import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Their `main` is a bundle with an own copy of the core, their `module` shares one: tests take the latter. */
const bundled = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu'];
const alias = bundled.map((name) => ({
  find: new RegExp(`^${name}$`),
  replacement: `${name}/dist/index.js`,
}));

/** Everything that needs neither a browser nor a GPU. */
export default defineConfig({
  resolve: { alias },
  test: {
    include: ['tests/**/*.test.ts', 'tests/**/*.test.tsx'],
    exclude: ['tests/e2e/**', 'tests/gpu/**', 'tests/bench/**'],
    testTimeout: 30_000,
    // By default one core stays idle, which is half of two.
    maxWorkers: availableParallelism(),
    setupFiles: ['tests/setup.ts'],
    // Bundled once and cached: their hundreds of modules would cost seconds in every test file.
    deps: {
      optimizer: {
        ssr: {
          enabled: true,
          include: [
            ...bundled.map((name) => `${name}/dist/index.js`),
            '@tensorflow/tfjs-core/dist/register_all_gradients',
          ],
        },
      },
    },
  },
});
