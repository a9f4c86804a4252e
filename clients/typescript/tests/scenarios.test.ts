import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Run, type Scenario } from './support/scenario.js';

const folder = new URL('../../scenarios/', import.meta.url);

beforeEach(() => { vi.useFakeTimers({ now: Date.UTC(2030, 0, 1) }); });
afterEach(() => { vi.useRealTimers(); });

for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  describe(file, () => {
    for (const scenario of JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Scenario[]) {
      test(scenario.name, async () => {
        const run = new Run(scenario);
        for (const [index, step] of scenario.steps.entries()) {
          try {
            await run.step(step);
          } catch (error) {
            throw new Error(`step ${index + 1}, ${JSON.stringify(step)}: ${(error as Error).message}`, { cause: error });
          }
        }
        // Whatever happened, the end leaves nothing behind.
        void run.client.close();
        await vi.advanceTimersByTimeAsync(60_000);
        expect(vi.getTimerCount()).toBe(0);
      });
    }
  });
}
