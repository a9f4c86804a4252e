import { defineConfig } from 'vitest/config';

// Nothing is expected to be quick on a machine that has much to do; what hangs is ended.
const PATIENCE = 60_000;

export default defineConfig({
  test: {
    // Those in live/ talk with a server that someone else has started.
    include: process.env.HUTONG_ROOMS ? ['tests/live/*.test.ts'] : ['tests/*.test.ts'],
    pool: 'threads',
    maxWorkers: 1,
    fileParallelism: false,
    testTimeout: PATIENCE,
    hookTimeout: PATIENCE,
    expect: { poll: { timeout: PATIENCE / 2 } },
  },
});
