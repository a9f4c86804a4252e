import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium as launcher, type Browser } from 'playwright-core';

/** The installed Chromium: `CHROMIUM`, or the first one of the path. Undefined if there is none; nothing is downloaded. */
export const chromium: string | undefined = find(process.env.CHROMIUM || 'chromium');

function find(name: string): string | undefined {
  const places = name.includes('/') ? [name] : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name));
  return places.find((place) => {
    try {
      accessSync(place, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

export function launch(): Promise<Browser> {
  return launcher.launch({
    executablePath: chromium!,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync',
      '--no-first-run'],
  });
}
